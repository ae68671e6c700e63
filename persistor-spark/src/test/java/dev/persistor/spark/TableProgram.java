package dev.persistor.spark;

import java.util.Arrays;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A program of a user, which reads tables on a cluster. Its arguments: options with = between name and value, and then stores. */
public final class TableProgram {

    private TableProgram() {}

    public static void main(String[] arguments) {
        try (SparkSession spark = SparkSession.builder().appName("tables").getOrCreate()) {
            DataFrameReader reader = spark.read().format("persistor");
            Arrays.stream(arguments)
                    .filter(argument -> argument.contains("="))
                    .forEach(option -> reader.option(
                            option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1)));
            Arrays.stream(arguments)
                    .filter(argument -> !argument.contains("="))
                    .forEach(store -> System.out.println(store + " " + read(reader.load(store))));
        }
    }

    private static String read(Dataset<Row> table) {
        return table.selectExpr(
                        "count(*)",
                        "count(distinct id)",
                        "sum(length(payload))",
                        "count(attributes['n'])",
                        "max(publishTime) > min(publishTime)")
                .first()
                .toString();
    }
}
