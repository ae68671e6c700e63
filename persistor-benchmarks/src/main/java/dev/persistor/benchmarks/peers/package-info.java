/**
 * Persistor beside what a user would pick in its place. What goes in are the homes of the programs, each a process of its own
 * with its own class path, that archive the same messages of one broker in one store; what comes out are tables of how fast they
 * do it, at what cost, and what is lost and doubled when they are killed.
 */
@NullMarked
package dev.persistor.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
