package dev.persistor.standalone.run.config;

import java.util.List;
import java.util.Map;

/**
 * All that was written, before anything of it was understood.
 *
 * @param process what concerns the process
 * @param defaults what holds for each capture that does not say otherwise
 * @param captures what concerns each capture, by names
 * @param problems what cannot be read, each a sentence that says where
 */
record Written(Section process, Section defaults, Map<String, Section> captures, List<String> problems) {}
