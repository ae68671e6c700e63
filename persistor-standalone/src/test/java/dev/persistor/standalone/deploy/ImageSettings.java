package dev.persistor.standalone.deploy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What the build sets in the container image: the profile "container" of the distributions. */
record ImageSettings(
        String user, List<String> ports, String httpAddress, List<String> entryPoint, List<String> arguments) {

    private static final Path POM = Path.of("../persistor-dist/pom.xml");
    private static final String CONTAINER =
            "/project/profiles/profile[id='container']//plugin/configuration/container/";

    /** Reads them from the POM. */
    static ImageSettings read() {
        try {
            Document pom =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(POM.toFile());
            return new ImageSettings(
                    values(pom, "user").get(0),
                    values(pom, "ports/port"),
                    values(pom, "environment/PERSISTOR_HTTP_ADDRESS").get(0),
                    values(pom, "entrypoint/*"),
                    values(pom, "args/arg"));
        } catch (Exception e) {
            throw new IllegalStateException("cannot read the image's settings in " + POM, e);
        }
    }

    private static List<String> values(Document pom, String path) throws Exception {
        NodeList nodes = (NodeList)
                XPathFactory.newInstance().newXPath().evaluate(CONTAINER + path, pom, XPathConstants.NODESET);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .map(Node::getTextContent)
                .toList();
    }
}
