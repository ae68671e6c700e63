/**
 * Archives that other programs made, so that their users keep them. In comes a blob in a layout that the
 * caller has named, because such a blob does not say itself what it is; out come messages, with as much as content and name
 * tell. What neither tells is made up in the same way each time, as each layout documents.
 */
@NullMarked
package dev.persistor.core.format.foreign;

import org.jspecify.annotations.NullMarked;
