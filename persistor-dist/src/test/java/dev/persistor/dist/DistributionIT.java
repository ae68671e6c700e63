package dev.persistor.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persistor.testkit.ReservedPort;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each distribution, unpacked in a folder elsewhere, without Maven and without the checkout. */
@Timeout(300)
class DistributionIT {

    /** Where the header of an ELF file has the machine, and the number of 64-bit ARM. */
    private static final int MACHINE_OF_ELF = 18;

    private static final byte AARCH64 = (byte) 183;

    private static final String VERSION = System.getProperty("persistor.version");

    private static @TempDir Path unpacked;

    private @TempDir Path folder;

    private void capture(Installation installation, String id) throws Exception {
        try (ReservedPort port = ReservedPort.reserve()) {
            Path config = folder.resolve("persistor.yaml");
            Files.writeString(
                    config,
                    "http-address: 127.0.0.1:" + port.number() + "\ncaptures:\n  web: {from: http, store: \""
                            + archive() + "\"}\n");
            HttpCapture.captureAndStop(
                    installation.start("run", "--config", config.toString()), port, id, folder.resolve("err"));
        }
    }

    private String archive() {
        return "file://" + folder.resolve("archive");
    }

    @ParameterizedTest
    @EnumSource
    void capturesListsVerifiesAndExplores(Distribution distribution) throws Exception {
        Installation installation = Installation.of(distribution, unpacked, folder);
        Installation.Run version = installation.run("--version");
        assertThat(version.err()).isEmpty();
        assertThat(version.out()).contains(VERSION);

        capture(installation, "message-1");

        Installation.Run listed = installation.run("ls", archive());
        assertThat(listed.exitCode()).as(listed.err()).isZero();
        assertThat(listed.out()).contains("message-1");
        assertThat(installation.run("verify", archive()).exitCode()).isZero();
        assertThat(installation.run("cat", archive()).out()).contains("hello");
        explore(installation);
        assertUsesClassArchive(installation);
    }

    private void explore(Installation installation) throws Exception {
        Process process = installation.start("explore", archive());
        try {
            ExplorerVisit visit = ExplorerVisit.of(installation, process);
            HttpResponse<String> page = visit.page();
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            assertThat(page.body()).contains("<title>");
            assertThat(visit.api("overview").body()).contains("\"source\":\"web\"");
            assertThat(visit.api("messages").body()).contains("message-1");
            assertThat(visit.statusForStrangers("api/overview")).isEqualTo(401);
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The first start has made it. */
    private static void assertUsesClassArchive(Installation installation) throws Exception {
        Installation.Run run =
                installation.with("JDK_JAVA_OPTIONS", "-Xlog:class+load").run("--version");
        assertThat(run.out().lines().filter(line -> line.contains("dev.persistor.standalone.PersistorCommand source")))
                .singleElement()
                .asString()
                .endsWith("shared objects file");
    }

    @Test
    void aReadOnlyInstallationHasItsClassArchiveInTheUsersCache() throws Exception {
        Installation installation = Installation.of(Distribution.TAR, unpacked, folder);
        // Also to root, who may write to read-only folders.
        Files.createFile(installation.home().resolve("cache"));
        assertThat(installation.run("--version").out()).contains(VERSION);
        try (Stream<Path> files = Files.walk(folder.resolve("home/.cache/persistor"))) {
            assertThat(files.map(file -> file.getFileName().toString())).contains("classes.jsa", "release");
        }
        assertUsesClassArchive(installation);
    }

    @ParameterizedTest
    @EnumSource(names = {"TAR", "LINUX_X64", "DEBIAN"})
    void modesAreFixed(Distribution distribution) throws Exception {
        Path home = Installation.of(distribution, unpacked, folder).home();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(file -> !Files.isSymbolicLink(file)).toList()) {
                boolean runs = Files.isDirectory(file)
                        || (file.startsWith(home.resolve("bin"))
                                && !file.toString().endsWith(".cmd"))
                        || file.startsWith(home.resolve("runtime/bin"))
                        || file.endsWith("jspawnhelper")
                        || file.endsWith("jexec");
                Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
                assertThat(PosixFilePermissions.toString(modes))
                        .as(file.toString())
                        .isEqualTo(runs ? "rwxr-xr-x" : "rw-r--r--");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TAR", "ZIP", "LINUX_X64"})
    void completionsNoticesAndTheBillOfMaterialsAreIncluded(Distribution distribution) throws Exception {
        Path home = Installation.of(distribution, unpacked, folder).home();
        assertThat(Files.readString(home.resolve("completions/persistor"))).contains("complete -F _complete_persistor");
        assertThat(Distribution.run(
                        "bash", "-n", home.resolve("completions/persistor").toString()))
                .isEmpty();
        assertThat(home.resolve("LICENSE")).hasSameTextualContentAs(Path.of("../LICENSE"));
        assertThat(home.resolve("NOTICE")).hasSameTextualContentAs(Path.of("../NOTICE"));
        assertThat(Files.readString(home.resolve("THIRD-PARTY.txt"))).contains("Licence: MIT", "Licence: BSD-3-Clause");
        assertThat(Files.readString(home.resolve("persistor.cdx.json")))
                .contains("pkg:maven/com.fasterxml.jackson.core/jackson-core@");
        assertThat(Files.readString(home.resolve("bin/persistor.cmd"))).contains("%*\r\n");
    }

    @Test
    void theRuntimeHasTheModulesThatTheJarsNeed() throws Exception {
        Path home = Installation.of(Distribution.LINUX_X64, unpacked, folder).home();
        String needed = Distribution.run(
                Path.of(System.getProperty("java.home"), "bin", "jdeps").toString(),
                "--ignore-missing-deps",
                "--multi-release=17",
                "--print-module-deps",
                "--class-path=" + home.resolve("lib") + "/*",
                home.resolve("persistor-standalone.jar").toString());
        String present = Distribution.run(home.resolve("runtime/bin/java").toString(), "--list-modules");
        assertThat(present.lines().map(module -> module.replaceFirst("@.*", "")))
                .containsAll(new TreeSet<>(List.of(needed.strip().split(","))));
    }

    /** Certificates with keys of elliptic curves need a module that no class names. */
    @Test
    void theRuntimeReplaysOverTls() throws Exception {
        Installation installation = Installation.of(Distribution.LINUX_X64, unpacked, folder);
        capture(installation, "message-1");
        try (TlsServer server = TlsServer.start(folder, "EC")) {
            Installation.Run replayed = installation
                    .with("JDK_JAVA_OPTIONS", server.options())
                    .run("replay", archive(), "--to", server.address(), "--yes");
            assertThat(replayed.exitCode()).as(replayed.err()).isZero();
            assertThat(server.bodies()).containsExactly("hello");
        }
    }

    @Test
    void theRuntimeTrustsThePublicAuthorities() throws Exception {
        Path home = Installation.of(Distribution.LINUX_X64, unpacked, folder).home();
        String listed = Distribution.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-list",
                "-storepass",
                "changeit",
                "-keystore",
                home.resolve("runtime/lib/security/cacerts").toString());
        assertThat(listed.lines().filter(line -> line.contains("trustedCertEntry")))
                .hasSizeGreaterThan(80);
    }

    @Test
    @EnabledIfSystemProperty(named = "persistor.arm64", matches = ".+", disabledReason = "only -Darm64.jmods makes it")
    void theArchiveForArmHasTheSameFilesWithARuntimeForArm() throws Exception {
        Distribution.run("tar", "-xzpf", System.getProperty("persistor.arm64"), "-C", folder.toString());
        Path arm = folder.resolve(Distribution.NAME);
        Path x64 = Installation.of(Distribution.LINUX_X64, unpacked, folder).home();
        for (String part : List.of("bin", "lib", "completions")) {
            assertThat(names(arm.resolve(part))).isEqualTo(names(x64.resolve(part)));
        }
        for (String program : List.of("bin/java", "lib/server/libjvm.so")) {
            byte[] elf = Files.readAllBytes(arm.resolve("runtime").resolve(program));
            assertThat(elf[MACHINE_OF_ELF]).as(program).isEqualTo(AARCH64);
        }
        assertThat(Files.isExecutable(arm.resolve("runtime/bin/java"))).isTrue();
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void thePackageLinksTheCommandAndNeedsJava() throws Exception {
        Path home = Installation.of(Distribution.DEBIAN, unpacked, folder).home();
        Path link = home.resolveSibling("../bin/persistor").normalize();
        assertThat(Files.readSymbolicLink(link)).hasToString("../share/persistor/bin/persistor");
        assertThat(link.toRealPath()).isEqualTo(home.resolve("bin/persistor").toRealPath());
        String deb = Distribution.DEBIAN.file().toString();
        assertThat(Distribution.run("dpkg-deb", "-f", deb, "Depends")).startsWith("java17-runtime-headless");
        assertThat(Distribution.run("dpkg-deb", "-c", deb).lines())
                .allSatisfy(line -> assertThat(line).contains(" root/root "));
    }
}
