/**
 * What {@code persistor run} is to do, as a file or the environment says it. {@link
 * dev.persistor.standalone.run.config.RunConfig} is the way in: {@code ConfigFile} and {@code ConfigVariables} find what was
 * written, {@code Section} says it in the names of settings and says problems in the writer's words.
 */
@NullMarked
package dev.persistor.standalone.run.config;

import org.jspecify.annotations.NullMarked;
