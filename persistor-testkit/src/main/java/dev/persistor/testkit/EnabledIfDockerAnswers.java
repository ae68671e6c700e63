package dev.persistor.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that need a container: where no Docker engine answers they are skipped, and their output says so.
 *
 * <p>It asks Testcontainers, which the test that uses this must have on its class path:
 * {@code org.testcontainers:testcontainers}. Testcontainers logs at length what it tried; turn the logger
 * {@code org.testcontainers} off to see this line alone.
 *
 * <p>Immutable.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DockerCondition.class)
public @interface EnabledIfDockerAnswers {}
