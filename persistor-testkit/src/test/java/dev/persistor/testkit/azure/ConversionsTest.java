package dev.persistor.testkit.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConversionsTest {

    private static final TypedData BYTES = TypedData.of(new byte[] {1});
    private static final TypedData TEXT = TypedData.of("7");
    private static final TypedData JSON = new TypedData.Json("[\"a\", \"b\"]");
    private static final TypedData BYTES_LIST = TypedData.of(new byte[][] {{1}});
    private static final TypedData TEXT_LIST = TypedData.of(new String[] {"a"});
    private static final TypedData LONG_LIST = TypedData.of(new long[] {1});
    private static final TypedData REAL_LIST = TypedData.of(new double[] {1});
    private static final TypedData REAL = TypedData.of(1.5);

    /** Types with arguments exist as the types of something. */
    @SuppressWarnings("unused")
    private static void lists(
            List<String> texts, List<Long> longs, List<Double> doubles, List<byte[]> bytes, List<Integer> integers) {}

    private static Type listOf(Class<?> element) {
        return Arrays.stream(ConversionsTest.class.getDeclaredMethods())
                .filter(method -> method.getName().equals("lists"))
                .flatMap(method -> Arrays.stream(method.getGenericParameterTypes()))
                .filter(type -> type.getTypeName().contains("<" + element.getTypeName() + ">"))
                .findFirst()
                .orElseThrow();
    }

    static Stream<Arguments> conversions() {
        return Stream.of(
                arguments(TEXT, long.class, 7L),
                arguments(TEXT, Integer.class, 7),
                arguments(TEXT, short.class, (short) 7),
                arguments(TEXT, Byte.class, (byte) 7),
                arguments(TEXT, double.class, 7.0),
                arguments(TEXT, float.class, 7.0f),
                arguments(TypedData.of("[\"a\"]"), String[].class, new String[] {"a"}),
                arguments(JSON, String.class, "[\"a\", \"b\"]"),
                arguments(JSON, String[].class, new String[] {"a", "b"}),
                arguments(TEXT_LIST, listOf(String.class), List.of("a")),
                arguments(TEXT_LIST, List.class, List.of("a")),
                arguments(LONG_LIST, listOf(Long.class), List.of(1L)),
                arguments(LONG_LIST, Long[].class, new Long[] {1L}),
                arguments(REAL_LIST, double[].class, new double[] {1}),
                arguments(REAL_LIST, Double[].class, new Double[] {1.0}),
                arguments(REAL, Float.class, 1.5f),
                arguments(REAL, String.class, "1.5"),
                arguments(TypedData.of(new byte[] {'a'}), String.class, "a"));
    }

    @ParameterizedTest
    @MethodSource("conversions")
    void dataBecomesTheParametersType(TypedData data, Type type, Object value) {
        assertThat(Conversions.convert(data, type)).isEqualTo(value);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(BYTES, List.class),
                arguments(TEXT, boolean.class),
                arguments(TEXT, byte[].class),
                arguments(TypedData.of("seven"), long.class),
                arguments(TypedData.of("{}"), String[].class),
                arguments(JSON, List.class),
                arguments(JSON, long.class),
                arguments(BYTES_LIST, List.class),
                arguments(BYTES_LIST, listOf(String.class)),
                arguments(BYTES_LIST, byte[].class),
                arguments(TEXT_LIST, listOf(Long.class)),
                arguments(TEXT_LIST, String.class),
                arguments(LONG_LIST, listOf(Integer.class)),
                arguments(LONG_LIST, int[].class),
                arguments(REAL, int.class));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatTheWorkerDoesNotConvertFails(TypedData data, Type type) {
        assertThatThrownBy(() -> Conversions.convert(data, type)).isInstanceOf(RuntimeException.class);
    }
}
