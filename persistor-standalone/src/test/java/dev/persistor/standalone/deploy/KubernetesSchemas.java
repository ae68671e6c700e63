package dev.persistor.standalone.deploy;

import static dev.persistor.standalone.deploy.Yaml.at;
import static dev.persistor.standalone.deploy.Yaml.map;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What an object may hold. For Kubernetes' own kinds, its Java client refuses unknown fields, missing ones and wrong types. For those of
 * KEDA and of Prometheus' operator, a file of the tests lists the fields that the chart uses.
 */
final class KubernetesSchemas {

    private static final Map<String, Class<?>> MODELS = Map.of(
            "v1 ConfigMap", V1ConfigMap.class,
            "v1 Service", V1Service.class,
            "v1 ServiceAccount", V1ServiceAccount.class,
            "apps/v1 Deployment", V1Deployment.class,
            "apps/v1 StatefulSet", V1StatefulSet.class,
            "batch/v1 Job", V1Job.class,
            "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy.class,
            "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget.class);

    private static final Path CUSTOM =
            Path.of("src/test/resources/dev/persistor/standalone/deploy/custom-resources.yaml");

    private KubernetesSchemas() {}

    /** Fails if an object is not of its kind. */
    static void check(Object object) throws IOException {
        Class<?> model = MODELS.get(at(object, "apiVersion") + " " + at(object, "kind"));
        if (model == null) {
            checkFields(object, map(Yaml.read(CUSTOM), at(object, "kind")));
        } else {
            assertThat(JSON.getGson().fromJson(new Gson().toJson(object), model))
                    .isNotNull();
        }
    }

    private static void checkFields(Object object, Map<Object, Object> fields) {
        Map<String, String> allowed = new HashMap<>();
        Set<String> required = new HashSet<>();
        fields.forEach((field, pattern) -> {
            String path = field.toString().replace("!", "");
            allowed.put(path, pattern.toString());
            if (field.toString().endsWith("!")) {
                required.add(path);
            }
        });
        Set<String> found = new HashSet<>();
        forEachField("", object, (path, value) -> {
            if (!path.equals("kind") && !path.startsWith("metadata.")) {
                String known = known(path, allowed.keySet());
                assertThat(value.toString()).as(path).matches(allowed.get(known));
                assertThat(value instanceof String || !known.endsWith("*"))
                        .as("%s is a text", path)
                        .isTrue();
                found.add(known);
            }
        });
        assertThat(found).containsAll(required);
    }

    private static String known(String path, Set<String> allowed) {
        return allowed.stream()
                .filter(field -> field.equals(path)
                        || (field.endsWith("*") && path.startsWith(field.substring(0, field.length() - 1))))
                .findFirst()
                .orElseThrow(() -> new AssertionError("unknown field " + path));
    }

    private static void forEachField(String path, Object node, BiConsumer<String, Object> action) {
        if (node instanceof Map<?, ?> map) {
            map.forEach(
                    (key, value) -> forEachField(path.isEmpty() ? key.toString() : path + "." + key, value, action));
        } else if (node instanceof List<?> list) {
            list.forEach(item -> forEachField(path + "[]", item, action));
        } else {
            action.accept(path, node);
        }
    }
}
