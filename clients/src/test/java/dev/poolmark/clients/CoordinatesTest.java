package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The versions and artifacts that users copy into their builds, or import, are those of this build. */
final class CoordinatesTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
  private static final Path TOP = MODULE.resolve("..");

  private final Document parent = pom(TOP);
  private final Document module = pom(MODULE);
  private final Document bom = pom(MODULE.resolve("bom"));

  @Test
  void theBomHasTheVersionOfTheBuild() throws Exception {
    assertThat(texts(bom, "/project/version")).isEqualTo(texts(parent, "/project/version"));
    assertThat(texts(bom, "//dependency/version")).containsOnly("${project.version}");
  }

  @Test
  void theBomManagesPoolmarksLibrariesAndNothingElse() throws Exception {
    assertThat(texts(bom, "/project/parent")).isEmpty();
    assertThat(texts(bom, "//dependency/groupId")).containsOnly("dev.poolmark");
    assertThat(texts(bom, "//dependency/artifactId"))
        .isEqualTo(texts(parent, "//dependency[groupId='dev.poolmark']/artifactId"));
  }

  @Test
  void theReadmesNameTheVersionsOfTheBuild() throws Exception {
    String version = tag("version", texts(parent, "/project/version").get(0));
    String okHttp =
        tag("version", texts(parent, "/project/properties/okhttp.version").get(0));
    assertThat(readme(TOP))
        .containsSubsequence(tag("artifactId", "poolmark-clients"), version)
        .containsSubsequence(tag("artifactId", "okhttp-jvm"), okHttp);
    assertThat(readme(MODULE)).containsSubsequence(tag("artifactId", "poolmark-bom"), version);
  }

  @Test
  void theReadmeNamesEveryOptionalLibrary() throws Exception {
    List<String> groups = texts(module, "//dependency[optional='true']/groupId");
    List<String> artifacts = texts(module, "//dependency[optional='true']/artifactId");
    String readme = readme(MODULE);
    for (int i = 0; i < groups.size(); i++) {
      assertThat(readme).contains("`" + groups.get(i) + ":" + artifacts.get(i) + "`");
    }
  }

  private static String tag(String name, String text) {
    return "<" + name + ">" + text + "</" + name + ">";
  }

  private static String readme(Path directory) throws IOException {
    return Files.readString(directory.resolve("README.md"));
  }

  private static Document pom(Path directory) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(directory.resolve("pom.xml").toFile());
    } catch (Exception e) {
      throw new AssertionError("no POM in " + directory, e);
    }
  }

  private static List<String> texts(Document pom, String path) throws Exception {
    NodeList nodes = (NodeList)
        XPathFactory.newInstance().newXPath().evaluate(path, pom, XPathConstants.NODESET);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }
}
