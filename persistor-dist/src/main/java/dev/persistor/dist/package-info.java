/** Makes the parts of a distribution that are not compiled: notices, and the list of classes that a start needs. */
@NullMarked
package dev.persistor.dist;

import org.jspecify.annotations.NullMarked;
