package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Settings;
import dev.persistor.core.config.SettingsException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;

/**
 * How {@code persistor run} serves HTTP.
 *
 * <p>Immutable.
 *
 * @param address where messages are sent to; not resolved
 * @param admin where health and metrics are, if that is another address; not resolved
 * @param explorerToken the token of the explorers at the admin address, if there are any
 * @param tls the certificate and its key, with an empty password, if messages are sent over TLS
 * @param connections how many connections are open at a time
 */
public record HttpConfig(
        InetSocketAddress address,
        Optional<InetSocketAddress> admin,
        Optional<String> explorerToken,
        Optional<KeyStore> tls,
        int connections) {

    static HttpConfig of(Settings settings) {
        return new HttpConfig(
                settings.get(ProcessSettings.HTTP_ADDRESS),
                settings.find(ProcessSettings.ADMIN_ADDRESS),
                settings.find(ProcessSettings.EXPLORER_TOKEN),
                settings.find(ProcessSettings.HTTP_TLS_CERTIFICATE)
                        .flatMap(certificate -> settings.find(ProcessSettings.HTTP_TLS_KEY)
                                .map(key -> TlsFiles.read(certificate, key))),
                settings.get(ProcessSettings.HTTP_CONNECTIONS));
    }

    /** Adds what is wrong with settings that belong together. */
    static void check(Settings settings, List<Problem> problems) {
        Optional<InetSocketAddress> address = settings.find(ProcessSettings.HTTP_ADDRESS);
        Optional<InetSocketAddress> admin = settings.find(ProcessSettings.ADMIN_ADDRESS);
        if (admin.isPresent() && admin.equals(address) && admin.get().getPort() != 0) {
            problems.add(Problem.of(
                    ProcessSettings.ADMIN_ADDRESS,
                    " is the same as ",
                    ProcessSettings.HTTP_ADDRESS,
                    "; use a different port, or remove the setting"));
        }
        if (settings.find(ProcessSettings.EXPLORER_TOKEN).isPresent() && admin.isEmpty()) {
            problems.add(Problem.of(
                    ProcessSettings.EXPLORER_TOKEN,
                    " needs ",
                    ProcessSettings.ADMIN_ADDRESS,
                    ": the explorer is not served where messages are sent to"));
        }
        checkTls(settings, problems);
    }

    private static void checkTls(Settings settings, List<Problem> problems) {
        Optional<Path> certificate = settings.find(ProcessSettings.HTTP_TLS_CERTIFICATE);
        Optional<Path> key = settings.find(ProcessSettings.HTTP_TLS_KEY);
        if (certificate.isPresent() != key.isPresent()) {
            problems.add(Problem.of(
                    ProcessSettings.HTTP_TLS_CERTIFICATE,
                    " and ",
                    ProcessSettings.HTTP_TLS_KEY,
                    " must be set together"));
        } else if (certificate.isPresent() && key.isPresent()) {
            try {
                TlsFiles.read(certificate.get(), key.get());
            } catch (SettingsException e) {
                problems.addAll(e.problems());
            }
        }
    }
}
