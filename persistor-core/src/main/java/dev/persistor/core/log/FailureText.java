package dev.persistor.core.log;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Says for people why a call of the platform or of a client failed. The exceptions' own texts often are a bare path or host name, or
 * say nothing.
 *
 * <p>Thread-safe.
 */
public final class FailureText {

    private static final int LONGEST = 300;
    private static final String CHECK_HOST = "cannot be resolved; check the address, the DNS and the network";

    private FailureText() {}

    /** Returns the reason of a failure in one line: of the first of its causes that says more than a name, or its own message. */
    public static String of(Throwable failure) {
        return ofPlatform(failure).orElseGet(() -> {
            String line = firstLine(failure);
            return line.isEmpty() ? "unexpected failure (" + failure.getClass().getSimpleName() + ")" : line;
        });
    }

    /** Returns the reason, if the platform has it: the network, TLS or the file system. */
    public static Optional<String> ofPlatform(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String known = known(each);
            if (known != null) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /** Returns the first line of a failure's message, and no more than 300 characters: clients quote whole answers. */
    public static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        String line = message == null ? "" : message.strip().lines().findFirst().orElse("");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }

    private static @Nullable String known(Throwable failure) {
        if (failure instanceof FileSystemException file) {
            return ofFile(file);
        }
        if (failure instanceof UnknownHostException) {
            String host = firstLine(failure).split(":", 2)[0];
            return "the host name " + host + " " + CHECK_HOST;
        }
        if (failure instanceof UnresolvedAddressException) {
            return "the host name " + CHECK_HOST;
        }
        if (failure instanceof ConnectException && !isUnresolved(failure)) {
            return "connection refused: nothing listens at the address, or a firewall blocks it";
        }
        if (failure instanceof SSLException) {
            return ofTls(failure);
        }
        if (failure instanceof SocketTimeoutException || failure instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        return null;
    }

    /** The JDK's texts name classes of its own. */
    private static String ofTls(Throwable failure) {
        for (Throwable each = failure.getCause(); each != null; each = each.getCause()) {
            if (each instanceof CertPathBuilderException) {
                return "the server's certificate is not trusted; check the address, or add its authority to the trust"
                        + " store of Java (javax.net.ssl.trustStore)";
            }
            if (each instanceof CertificateException && each.getCause() == null) {
                return "the server's certificate is not valid (" + firstLine(each) + "); check the address";
            }
        }
        String line = firstLine(failure);
        return "no TLS connection" + (line.isEmpty() ? "" : " (" + line + ")")
                + "; check that the server uses TLS, and the certificates";
    }

    private static boolean isUnresolved(Throwable failure) {
        for (Throwable each = failure.getCause(); each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException || each instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static String ofFile(FileSystemException failure) {
        String file = failure.getFile();
        if (failure instanceof NoSuchFileException) {
            return "file or folder not found: " + file;
        }
        if (failure instanceof AccessDeniedException) {
            return "no permission for " + file + "; grant it to this user, or run as another one";
        }
        if (failure instanceof NotDirectoryException) {
            return file + " is not a folder";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return file + " already exists";
        }
        return file + ": " + (failure.getReason() == null ? "the file system refuses it" : failure.getReason());
    }
}
