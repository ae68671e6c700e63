package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Problem;
import dev.persistor.core.config.Setting;
import dev.persistor.core.config.SettingsException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a certificate and its private key from PEM files. */
final class TlsFiles {

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    /** The bytes before a PKCS #1 key in PKCS #8: version 0, and the algorithm rsaEncryption (RFC 5208). */
    private static final byte[] RSA = {
        2, 1, 0, 0x30, 0x0D, 6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0
    };

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 4;

    private TlsFiles() {}

    /**
     * Returns a store of both, with an empty password.
     *
     * @throws SettingsException if a file cannot be read, or they do not belong together
     */
    static KeyStore read(Path certificate, Path key) {
        Certificate[] chain = certificates(certificate);
        PrivateKey secret = key(key, chain[0].getPublicKey().getAlgorithm());
        requirePair(secret, chain[0].getPublicKey());
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("persistor", secret, new char[0], chain);
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key store in memory failed", e);
        }
    }

    private static Certificate[] certificates(Path file) {
        Setting<?> setting = ProcessSettings.HTTP_TLS_CERTIFICATE;
        try {
            Collection<? extends Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(text(setting, file).getBytes(StandardCharsets.UTF_8)));
            if (chain.isEmpty()) {
                throw problem(setting, file, "it contains no certificate");
            }
            return chain.toArray(new Certificate[0]);
        } catch (GeneralSecurityException e) {
            throw problem(setting, file, "it contains no readable certificate");
        }
    }

    private static PrivateKey key(Path file, String algorithm) {
        Setting<?> setting = ProcessSettings.HTTP_TLS_KEY;
        Matcher block = BLOCK.matcher(text(setting, file));
        while (block.find()) {
            if (block.group(1).equals(PKCS8) || block.group(1).equals(PKCS1)) {
                return key(setting, file, algorithm, block.group(1), block.group(2));
            }
        }
        throw problem(
                setting,
                file,
                "it contains no block that begins with -----BEGIN PRIVATE KEY-----; 'openssl pkcs8 -topk8 -nocrypt'"
                        + " converts other formats");
    }

    private static PrivateKey key(Setting<?> setting, Path file, String algorithm, String form, String base64) {
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(base64);
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(form.equals(PKCS1) ? pkcs8(encoded) : encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw problem(setting, file, "it contains no " + algorithm + " key, which the certificate requires");
        }
    }

    private static byte[] pkcs8(byte[] pkcs1) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(RSA);
        content.writeBytes(element(OCTETS, pkcs1));
        return element(SEQUENCE, content.toByteArray());
    }

    /** Encodes an element as DER does: X.690, section 8.1.3. */
    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        element.write(0x82);
        element.write(content.length >> 8);
        element.write(content.length);
        element.writeBytes(content);
        return element.toByteArray();
    }

    private static void requirePair(PrivateKey secret, PublicKey known) {
        String algorithm = switch (known.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> known.getAlgorithm();
        };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(secret);
            byte[] signature = signing.sign();
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(known);
            if (!checking.verify(signature)) {
                throw new SettingsException(Problem.of(
                        ProcessSettings.HTTP_TLS_KEY, " is not the key of ", ProcessSettings.HTTP_TLS_CERTIFICATE));
            }
        } catch (GeneralSecurityException e) {
            throw new SettingsException(Problem.of(
                    ProcessSettings.HTTP_TLS_KEY,
                    " is not a key of ",
                    ProcessSettings.HTTP_TLS_CERTIFICATE,
                    ", whose algorithm is " + known.getAlgorithm()));
        }
    }

    private static String text(Setting<?> setting, Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw problem(setting, file, "the file cannot be read");
        }
    }

    private static SettingsException problem(Setting<?> setting, Path file, String what) {
        return new SettingsException(Problem.of(setting, " is \"" + file + "\": " + what));
    }
}
