package dev.persistor.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;

/** The BOM has no parent that would keep it true. */
class BillOfMaterialsTest {

    private static final Path ROOT = Path.of("..");

    private static List<String> values(String module, String path) throws Exception {
        Path pom = ROOT.resolve(module).resolve("pom.xml");
        NodeList nodes = (NodeList) XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                        path,
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(pom.toFile()),
                        XPathConstants.NODESET);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            values.add(nodes.item(i).getTextContent());
        }
        return values;
    }

    /** Those of the normal build that are not kept from a deployment. */
    private static List<String> publishedModules() throws Exception {
        List<String> published = new ArrayList<>();
        for (String module : values("", "/project/modules/module")) {
            if (values(module, "/project/properties/maven.deploy.skip").isEmpty()) {
                published.add(module);
            }
        }
        return published;
    }

    @Test
    void itNamesEachPublishedModuleAndNoOther() throws Exception {
        assertThat(values("persistor-bom", "/project/dependencyManagement//artifactId"))
                .containsExactlyInAnyOrderElementsOf(publishedModules());
    }

    @Test
    void itHasTheVersionOfTheOthers() throws Exception {
        assertThat(values("persistor-bom", "/project/version")).isEqualTo(values("", "/project/version"));
        assertThat(values("persistor-bom", "/project/dependencyManagement//version"))
                .containsOnly("${project.version}");
    }

    @Test
    void whatARepositoryRequiresIsThereAndTheSameAsInTheParent() throws Exception {
        for (String path : List.of("url", "licenses", "organization", "developers", "scm", "issueManagement")) {
            assertThat(values("", "/project/" + path))
                    .as(path)
                    .hasSize(1)
                    .usingElementComparator((a, b) -> a.strip().compareTo(b.strip()))
                    .isEqualTo(values("persistor-bom", "/project/" + path));
        }
        for (String module : publishedModules()) {
            assertThat(values(module, "/project/name")).as(module).hasSize(1);
            assertThat(values(module, "/project/description")).as(module).hasSize(1);
        }
        assertThat(Files.exists(ROOT.resolve("LICENSE"))).isTrue();
    }
}
