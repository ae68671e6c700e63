package dev.persistor.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persistor.standalone.deploy.Hcl.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Terraform files are whole: what they refer to exists, what they declare is used, and what protects an archive is there. */
class TerraformTest {

    private static TerraformModule module(String cloud) throws IOException {
        return TerraformModule.read(Path.of("../deploy/terraform").resolve(cloud));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcp", "azure"})
    void whatIsReferredToExistsAndWhatIsDeclaredIsUsed(String cloud) throws IOException {
        TerraformModule module = module(cloud);
        Set<String> declared = module.declared();
        assertThat(module.referred().keySet()).isSubsetOf(declared);
        Set<String> unused = new TreeSet<>(declared);
        unused.removeAll(module.referred().keySet());
        assertThat(unused)
                .noneMatch(name -> name.startsWith("var.") || name.startsWith("local.") || name.startsWith("data."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcp", "azure"})
    void eachResourceIsOfAProviderWhoseVersionsHaveBothBounds(String cloud) throws IOException {
        TerraformModule module = module(cloud);
        Block terraform = module.all("terraform").findFirst().orElseThrow();
        assertThat(terraform.text("required_version")).contains(">=", "<");
        Block providers = terraform.blocks().get(0);
        assertThat(providers.type()).isEqualTo("required_providers");
        providers
                .attributes()
                .keySet()
                .forEach(provider -> assertThat(providers.text(provider))
                        .as(provider)
                        .containsPattern("version=>= [0-9.]+, < [0-9.]+"));
        Stream.concat(module.all("resource"), module.all("data"))
                .map(block -> block.labels().get(0))
                .forEach(type -> assertThat(providers.attributes()).containsKey(type.substring(0, type.indexOf('_'))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcp", "azure"})
    void eachVariableAndOutputSaysWhatItIs(String cloud) throws IOException {
        TerraformModule module = module(cloud);
        Stream.concat(module.all("variable"), module.all("output")).forEach(block -> {
            assertThat(block.text("description")).as("%s", block.labels()).endsWith(".");
            assertThat(block.type().equals("output") || !block.text("type").isEmpty())
                    .as("type of %s", block.labels())
                    .isTrue();
        });
    }

    private static boolean isKept(Block resource) {
        return resource.blocks().stream()
                .anyMatch(block -> block.type().equals("lifecycle")
                        && block.text("prevent_destroy").equals("true"));
    }

    @Test
    void onGoogleCloudTheArchiveAndItsSubscriptionAreKept() throws IOException {
        TerraformModule module = module("gcp");
        Block archive = module.resources("google_storage_bucket")
                .filter(bucket -> bucket.labels().get(1).equals("archive"))
                .findFirst()
                .orElseThrow();
        assertThat(isKept(archive)).isTrue();
        Block retention = archive.blocks().stream()
                .filter(block -> block.type().equals("retention_policy"))
                .findFirst()
                .orElseThrow();
        assertThat(retention.text("is_locked")).isEqualTo("var.retention_locked");
        assertThat(module.resources("google_pubsub_subscription")
                        .filter(TerraformTest::isKept)
                        .map(block -> block.labels().get(1)))
                .containsExactly("persistor");
        assertThat(module.resources("google_storage_bucket").map(bucket -> bucket.text("public_access_prevention")))
                .containsOnly("enforced");
    }

    @Test
    void onAzureTheArchiveIsKeptAndNoAccountHasKeysThatWork() throws IOException {
        TerraformModule module = module("azure");
        List<Block> accounts = module.resources("azurerm_storage_account").toList();
        assertThat(accounts)
                .extracting(account -> account.text("shared_access_key_enabled"))
                .containsOnly("false");
        assertThat(accounts.stream()
                        .filter(TerraformTest::isKept)
                        .map(account -> account.labels().get(1)))
                .containsExactly("archive");
        assertThat(module.resources("azurerm_management_lock").map(lock -> lock.text("scope")))
                .containsExactly("azurerm_storage_account.archive.id");
        assertThat(module.resources("azurerm_storage_container_immutability_policy")
                        .map(policy -> policy.text("locked")))
                .containsExactly("var.retention_locked");
        assertThat(module.all("provider").map(provider -> provider.text("storage_use_azuread")))
                .contains("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gcp", "azure"})
    void noKeyOfAnAccountGetsIntoTheState(String cloud) throws IOException {
        String text = module(cloud).blocks().stream().map(Block::toString).collect(Collectors.joining());
        assertThat(text)
                .doesNotContain("access_key,", "primary_connection_string", "google_service_account_key", "sas_token");
    }

    @Test
    void alertsSearchForWhatTheLogSays() throws IOException {
        String alerts = Files.readString(Path.of("../deploy/terraform/azure/alerts.tf"));
        assertThat(alerts).contains("'are not durable after'", "'It is in quarantine as'");
        Path core = Path.of("../persistor-core/src/main/java/dev/persistor/core");
        assertThat(Files.readString(core.resolve("write/LogPartition.java"))).contains(" are not durable after ");
        assertThat(Files.readString(core.resolve("capture/DeliveryAttempt.java")))
                .contains(" are not durable after ");
        assertThat(Files.readString(core.resolve("capture/Quarantine.java"))).contains("It is in quarantine as ");
    }

    @Test
    void aMistakeIsFound() {
        assertThatThrownBy(() -> Hcl.parse("resource \"a\" \"b\" {\n  x = 1\n"))
                .hasMessage("the file ends within a block");
        assertThatThrownBy(() -> Hcl.parse("a {\n  x = 1\n  x = 2\n}\n")).hasMessage("line 3: x is given twice");
        assertThatThrownBy(() -> Hcl.parse("a {\n  x = \"${var.b\"\n}\n")).isInstanceOf(IllegalArgumentException.class);
        Block file = Hcl.parse("variable \"a\" {}\nb \"c\" {\n  d = [for e in var.a : \"${e.f}-${local.g}\"]\n}\n");
        assertThat(new TerraformModule(file.blocks()).referred()).containsOnlyKeys("var.a", "local.g");
    }
}
