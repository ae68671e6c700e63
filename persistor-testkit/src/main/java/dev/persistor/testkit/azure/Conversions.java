package dev.persistor.testkit.azure;

import static java.util.Map.entry;

import com.microsoft.azure.functions.HttpRequestMessage;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Typed data as the types that a function's parameters may have. The real worker also binds JSON to beans, numbers and
 * lists; that fails here, as does all that fails there.
 */
final class Conversions {

    private static final Map<Type, Function<String, Object>> FROM_TEXT = Map.ofEntries(
            entry(String.class, text -> text),
            entry(long.class, Long::valueOf),
            entry(Long.class, Long::valueOf),
            entry(int.class, Integer::valueOf),
            entry(Integer.class, Integer::valueOf),
            entry(short.class, Short::valueOf),
            entry(Short.class, Short::valueOf),
            entry(byte.class, Byte::valueOf),
            entry(Byte.class, Byte::valueOf),
            entry(double.class, Double::valueOf),
            entry(Double.class, Double::valueOf),
            entry(float.class, Float::valueOf),
            entry(Float.class, Float::valueOf),
            entry(String[].class, Conversions::jsonTexts));

    private Conversions() {}

    /**
     * Makes the value of a parameter.
     *
     * @throws RuntimeException if the worker does not make such a value
     */
    static Object convert(TypedData data, Type type) {
        if (type instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
            return Optional.of(convert(data, optional.getActualTypeArguments()[0]));
        }
        Object value = data instanceof TypedData.Http http ? request(http, type) : plain(data, type);
        if (value == null) {
            throw new ClassCastException(
                    "Cannot convert " + data.getClass().getSimpleName() + " to type " + type.getTypeName());
        }
        return value;
    }

    private static @Nullable Object plain(TypedData data, Type type) {
        if (data instanceof TypedData.Bytes bytes) {
            return bytes(bytes.value(), type);
        }
        if (data instanceof TypedData.Text text) {
            Function<String, Object> parser = FROM_TEXT.get(type);
            return parser == null ? null : parser.apply(text.value());
        }
        if (data instanceof TypedData.Json json) {
            return json(json.value(), type);
        }
        if (data instanceof TypedData.Real real) {
            return real(real.value(), type);
        }
        return many(data, type);
    }

    private static @Nullable Object many(TypedData data, Type type) {
        if (data instanceof TypedData.BytesList list) {
            return bytesList(list.values(), type);
        }
        if (data instanceof TypedData.TextList list) {
            return type == String[].class
                    ? list.values().toArray(String[]::new)
                    : listOf(String.class, list.values(), type);
        }
        if (data instanceof TypedData.LongList list) {
            return longs(list.values(), type);
        }
        return reals(((TypedData.RealList) data).values(), type);
    }

    /** The worker decodes bytes with the JVM's default charset, which is ASCII where no LANG is set. */
    private static @Nullable Object bytes(byte[] bytes, Type type) {
        if (type == byte[].class) {
            return bytes.clone();
        }
        if (type == String.class) {
            return new String(bytes, Charset.defaultCharset());
        }
        return type == Byte[].class ? boxed(bytes) : null;
    }

    private static @Nullable Object bytesList(List<byte[]> many, Type type) {
        if (type == byte[][].class) {
            return many.toArray(byte[][]::new);
        }
        if (type == Byte[][].class) {
            return many.stream().map(Conversions::boxed).toArray(Byte[][]::new);
        }
        if (isListOf(byte[].class, type)) {
            return new ArrayList<>(many);
        }
        return isListOf(Byte[].class, type)
                ? new ArrayList<>(many.stream().map(Conversions::boxed).toList())
                : null;
    }

    private static @Nullable Object json(String json, Type type) {
        if (type == String.class) {
            return json;
        }
        return type == String[].class ? jsonTexts(json) : null;
    }

    private static @Nullable Object real(double real, Type type) {
        if (type == float.class || type == Float.class) {
            return (float) real;
        }
        if (type == String.class) {
            return Double.toString(real);
        }
        return type == double.class || type == Double.class ? real : null;
    }

    private static @Nullable Object longs(List<Long> longs, Type type) {
        if (type == long[].class) {
            return longs.stream().mapToLong(Long::longValue).toArray();
        }
        return type == Long[].class ? longs.toArray(Long[]::new) : listOf(Long.class, longs, type);
    }

    private static @Nullable Object reals(List<Double> reals, Type type) {
        if (type == double[].class) {
            return reals.stream().mapToDouble(Double::doubleValue).toArray();
        }
        return type == Double[].class ? reals.toArray(Double[]::new) : listOf(Double.class, reals, type);
    }

    /** The worker takes a list without a type for one of these. */
    private static <T> @Nullable Object listOf(Class<T> element, List<T> values, Type type) {
        return type == List.class || isListOf(element, type) ? new ArrayList<>(values) : null;
    }

    private static boolean isListOf(Type element, Type type) {
        return type instanceof ParameterizedType list
                && list.getRawType() == List.class
                && list.getActualTypeArguments()[0] == element;
    }

    private static Byte[] boxed(byte[] bytes) {
        Byte[] boxed = new Byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            boxed[i] = bytes[i];
        }
        return boxed;
    }

    private static String[] jsonTexts(String json) {
        try {
            List<?> texts = (List<?>) Objects.requireNonNull(JsonTree.read(json), "null is no array");
            return texts.stream().map(String.class::cast).toArray(String[]::new);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a JSON array of texts", e);
        }
    }

    private static @Nullable Object request(TypedData.Http http, Type type) {
        if (!(type instanceof ParameterizedType message) || message.getRawType() != HttpRequestMessage.class) {
            return null;
        }
        Type bodyType = message.getActualTypeArguments()[0];
        boolean optional = bodyType instanceof ParameterizedType body && body.getRawType() == Optional.class;
        Object ifAbsent = optional ? Optional.empty() : null;
        return new WorkerRequest<>(
                http, http.body().map(data -> convert(data, bodyType)).orElse(ifAbsent));
    }
}
