package dev.persistor.standalone.cost;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An estimate, for people and for scripts.
 *
 * <p>Immutable.
 *
 * @param question what was asked
 * @param currency of all amounts
 * @param clouds what it costs on each
 */
record Report(Question question, String currency, List<CloudReport> clouds) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_UP);
    private static final int JSON_SCALE = 9;
    private static final double LEAST_SHOWN = 0.0001;
    private static final String LEAST_SHOWN_TEXT = "0.0001";

    /** Of an average month. */
    private static final double SECONDS_OF_MONTH = 730 * 3_600.0;

    Report {
        clouds = List.copyOf(clouds);
    }

    /** Prints tables. */
    void print(PrintWriter out) {
        Messages messages = question.messages();
        out.println(String.format(
                Locale.ROOT,
                "%,.0f messages of %,d bytes and %,d bytes of attributes, id and time, %s a second, in %s",
                messages.number(),
                messages.size(),
                messages.extra(),
                amount(messages.rate()),
                currency));
        clouds.forEach(cloud -> print(out, cloud));
        out.flush();
    }

    private void print(PrintWriter out, CloudReport cloud) {
        out.println();
        out.println(cloud.provider() + ": prices of " + cloud.prices().region() + ", as of "
                + cloud.prices().first(cloud.storage()) + " to "
                + cloud.prices().last(cloud.storage()) + "; "
                + cloud.storage().name() + " storage for " + amount(question.months())
                + (question.months() == 1 ? " month" : " months"));
        if (!all(cloud.bills()).isEmpty()) {
            row(out, "", "objects", "broker", "compute", "writes", "storage", "total", "replay", "a month", "x export");
        }
        for (Bill bill : all(cloud.bills())) {
            row(
                    out,
                    bill.mode(),
                    String.format(Locale.ROOT, "%,.0f", Math.ceil(bill.objects())),
                    amount(bill.broker()),
                    amount(bill.compute()),
                    amount(bill.writes()),
                    amount(bill.storage()),
                    amount(bill.total()),
                    amount(bill.replay()),
                    amount(month(bill)),
                    times(bill, cloud.bills()).map(Report::amount).orElse(""));
        }
        cloud.bills().leftOut().forEach(reason -> out.println(reason + "."));
    }

    private static void row(PrintWriter out, Object... cells) {
        out.println(String.format(Locale.ROOT, "%-22s%12s%9s%9s%9s%9s%9s%9s%10s%10s", cells)
                .stripTrailing());
    }

    /** Prints an object. */
    void printJson(OutputStream out) throws IOException {
        // Left open: the output is not this command's.
        JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartObject();
        json.writeStringField("currency", currency);
        number(json, "messages", question.messages().number());
        number(json, "messagesPerSecond", question.messages().rate());
        json.writeNumberField("size", question.messages().size());
        json.writeNumberField("extra", question.messages().extra());
        number(json, "monthsKept", question.months());
        json.writeArrayFieldStart("clouds");
        for (CloudReport cloud : clouds) {
            write(json, cloud);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
        out.flush();
    }

    private void write(JsonGenerator json, CloudReport cloud) throws IOException {
        json.writeStartObject();
        json.writeStringField("cloud", cloud.provider().toString());
        json.writeStringField("region", cloud.prices().region());
        json.writeStringField("storageClass", cloud.storage().name());
        json.writeStringField(
                "pricesFrom", cloud.prices().first(cloud.storage()).toString());
        json.writeStringField("pricesTo", cloud.prices().last(cloud.storage()).toString());
        json.writeArrayFieldStart("ways");
        for (Bill bill : all(cloud.bills())) {
            write(json, bill, times(bill, cloud.bills()));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("leftOut");
        for (String reason : cloud.bills().leftOut()) {
            json.writeString(reason);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(JsonGenerator json, Bill bill, Optional<Double> times) throws IOException {
        json.writeStartObject();
        json.writeStringField("way", bill.mode());
        number(json, "objects", bill.objects());
        number(json, "broker", bill.broker());
        number(json, "compute", bill.compute());
        number(json, "writes", bill.writes());
        number(json, "storage", bill.storage());
        number(json, "total", bill.total());
        number(json, "replay", bill.replay());
        number(json, "month", month(bill));
        if (times.isPresent()) {
            number(json, "timesExport", times.get());
        }
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String field, double number) throws IOException {
        json.writeNumberField(
                field, new BigDecimal(plain(BigDecimal.valueOf(number).setScale(JSON_SCALE, RoundingMode.HALF_UP))));
    }

    private static List<Bill> all(Bills bills) {
        return Stream.concat(bills.ways().stream(), bills.export().stream()).toList();
    }

    /** Returns how many times as much a bill is as the export's; nothing where there is none, or it is free. */
    private static Optional<Double> times(Bill bill, Bills bills) {
        return bills.export().filter(export -> export.total() > 0).map(bill::times);
    }

    /** Returns what a month of the stream costs. */
    private double month(Bill bill) {
        return bill.total() * SECONDS_OF_MONTH / question.messages().seconds();
    }

    /** Returns three digits: an estimate has no more. */
    private static String amount(double amount) {
        if (amount > 0 && amount < LEAST_SHOWN) {
            return "<" + LEAST_SHOWN_TEXT;
        }
        BigDecimal rounded = BigDecimal.valueOf(amount).round(THREE_DIGITS);
        return rounded.compareTo(BigDecimal.valueOf(100)) < 0
                ? plain(rounded)
                : String.format(Locale.ROOT, "%,.0f", rounded);
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
