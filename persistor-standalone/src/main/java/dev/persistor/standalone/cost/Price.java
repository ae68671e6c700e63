package dev.persistor.standalone.cost;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;

/**
 * A price of a list.
 *
 * <p>Immutable.
 *
 * @param price in the list's currency
 * @param per how many bytes, operations, seconds or hours that buys
 * @param source where it is from
 * @param date when it was known to be so
 */
record Price(BigDecimal price, BigDecimal per, String source, LocalDate date) {

    /** Returns what so many bytes, operations, seconds or hours cost. */
    double of(double amount) {
        return amount * price.divide(per, MathContext.DECIMAL64).doubleValue();
    }
}
