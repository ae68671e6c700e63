package dev.persistor.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs a contract inside a test. */
final class ContractRun {

    private ContractRun() {}

    /** Returns the names of the checks that fail. */
    static Set<String> failuresOf(Class<?> contract) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .configurationParameter("junit.jupiter.conditions.deactivate", "org.junit.*DisabledCondition")
                .execute()
                .allEvents()
                .failed()
                .stream()
                .map(event -> event.getTestDescriptor().getUniqueId().toString())
                .map(id -> id.replaceAll(".*(?:method|test-template):([A-Za-z0-9]+)\\(.*", "$1"))
                .collect(Collectors.toSet());
    }
}
