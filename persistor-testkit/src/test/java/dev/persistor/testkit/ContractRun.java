package dev.persistor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs a contract inside a test. */
final class ContractRun {

    private ContractRun() {}

    /** Returns the names of the checks that fail. */
    static Set<String> failuresOf(Class<?> contract) {
        return failures(contract, check -> FilterResult.included("all are run"));
    }

    /** Asserts that each of these checks fails, and runs no others. */
    static void assertFails(Class<?> contract, String... checks) {
        assertThat(failuresAmong(contract, checks)).containsExactlyInAnyOrder(checks);
    }

    /** Runs these checks only, and returns the names of those that fail. */
    static Set<String> failuresAmong(Class<?> contract, String... checks) {
        Set<String> named = Set.of(checks);
        return failures(contract, descriptor -> FilterResult.includedIf(isOneOf(named, descriptor)));
    }

    private static boolean isOneOf(Set<String> checks, TestDescriptor descriptor) {
        return descriptor
                .getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .filter(method -> checks.contains(method.getMethodName()))
                .isPresent();
    }

    private static Set<String> failures(Class<?> contract, PostDiscoveryFilter filter) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .filters(filter)
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
