package dev.persistor.standalone.run.config;

import dev.persistor.core.config.Problem;
import java.util.List;
import java.util.Map;

/**
 * All that was written, before anything of it was understood.
 *
 * @param process what concerns the process
 * @param defaults what holds for each capture that does not say otherwise
 * @param captures what concerns each capture, by names
 * @param problems what cannot be read, each with its line
 */
record Written(Section process, Section defaults, Map<String, Section> captures, List<Problem> problems) {}
