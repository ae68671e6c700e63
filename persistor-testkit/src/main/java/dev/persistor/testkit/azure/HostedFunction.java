package dev.persistor.testkit.azure;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.BindingName;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A function in the worker: its method, and where each parameter comes from. Thread-safe. */
final class HostedFunction {

    private static final String RETURN = "$return";

    /** Where a parameter's value comes from. */
    private interface Source {
        Object value(HostedInvocation invocation, ExecutionContext context);
    }

    private final String name;
    private final Method method;
    private final List<Source> sources;

    private HostedFunction(String name, Method method, List<Source> sources) {
        this.name = name;
        this.method = method;
        this.sources = sources;
    }

    /**
     * Loads the function that a function.json describes, and compares its bindings with the method's parameters.
     *
     * @throws IllegalStateException if they do not fit
     */
    static HostedFunction load(String name, Map<String, ?> json, ClassLoader app) throws ReflectiveOperationException {
        String entryPoint = (String) JsonTree.require(json, "entryPoint");
        Method method = method(entryPoint, app);
        String trigger = checkBindings((List<?>) JsonTree.require(json, "bindings"), method);
        List<Source> sources = Arrays.stream(method.getParameters())
                .map(parameter -> source(parameter, trigger, method))
                .toList();
        return new HostedFunction(name, method, sources);
    }

    /**
     * Finds the method. The class is initialised by the first invocation, not here ({@code FunctionDefinition.java} of
     * Azure/azure-functions-java-worker).
     */
    private static Method method(String entryPoint, ClassLoader app) throws ClassNotFoundException {
        int dot = entryPoint.lastIndexOf('.');
        Class<?> type = Class.forName(entryPoint.substring(0, dot), false, app);
        List<Method> methods = Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass() == type)
                .filter(method -> method.getName().equals(entryPoint.substring(dot + 1)))
                .toList();
        if (methods.size() != 1) {
            throw new IllegalStateException(
                    "the entry point " + entryPoint + " names " + methods.size() + " public methods, not one");
        }
        return methods.get(0);
    }

    /** Returns the trigger's name. */
    private static String checkBindings(List<?> bindings, Method method) {
        List<String> inputs = new ArrayList<>();
        boolean returns = false;
        for (Object each : bindings) {
            Map<?, ?> binding = (Map<?, ?>) each;
            String name = (String) JsonTree.require(binding, "name");
            boolean isReturn = name.equals(RETURN) && "out".equals(binding.get("direction"));
            if (isReturn) {
                returns = true;
            } else if (((String) JsonTree.require(binding, "type")).endsWith("Trigger")) {
                inputs.add(name);
            } else {
                throw new IllegalStateException("the binding " + name + " of " + method
                        + " is neither a trigger nor a returned response; nothing stands in for it here");
            }
        }
        requireReturn(returns, method);
        return requireOneParameter(inputs, method);
    }

    private static void requireReturn(boolean returns, Method method) {
        Class<?> expected = returns ? HttpResponseMessage.class : void.class;
        if (method.getReturnType() != expected) {
            throw new IllegalStateException(
                    method + " returns " + method.getReturnType() + ", its bindings want " + expected);
        }
    }

    private static String requireOneParameter(List<String> triggers, Method method) {
        if (triggers.size() != 1) {
            throw new IllegalStateException(method + " has " + triggers.size() + " triggers, not one");
        }
        String trigger = triggers.get(0);
        long fed = Arrays.stream(method.getParameters())
                .filter(parameter -> trigger.equals(boundName(parameter)))
                .count();
        if (fed != 1) {
            throw new IllegalStateException(
                    "the binding " + trigger + " feeds " + fed + " parameters of " + method + ", not one");
        }
        return trigger;
    }

    private static Source source(Parameter parameter, String trigger, Method method) {
        Type type = parameter.getParameterizedType();
        String bound = boundName(parameter);
        if (trigger.equals(bound)) {
            return (invocation, context) -> Conversions.convert(invocation.data(), type);
        }
        BindingName metadata = parameter.getAnnotation(BindingName.class);
        if (bound == null && metadata != null) {
            return (invocation, context) -> Conversions.convert(metadata(invocation, metadata.value()), type);
        }
        if (bound == null && type == ExecutionContext.class) {
            return (invocation, context) -> context;
        }
        throw new IllegalStateException("no binding feeds the parameter \"" + parameter + "\" of " + method);
    }

    private static TypedData metadata(HostedInvocation invocation, String name) {
        TypedData data = invocation.metadata().get(name);
        if (data == null) {
            throw new IllegalStateException("Cannot find matched @BindingName of customer function, please check if"
                    + " customer function is defined correctly: " + name);
        }
        return data;
    }

    /** Every annotation of a binding has a name; the other annotations of the library have none. */
    private static @Nullable String boundName(Parameter parameter) {
        return Arrays.stream(parameter.getAnnotations())
                .filter(annotation -> annotation.annotationType().getPackage().equals(BindingName.class.getPackage()))
                .flatMap(annotation -> name(annotation).stream())
                .findFirst()
                .orElse(null);
    }

    private static Optional<String> name(Annotation annotation) {
        try {
            return Optional.of(
                    (String) annotation.annotationType().getMethod("name").invoke(annotation));
        } catch (ReflectiveOperationException hasNone) {
            return Optional.empty();
        }
    }

    /**
     * Calls the method, on an object of its own as the worker does.
     *
     * @throws InvocationTargetException with what the function threw
     * @throws RuntimeException if a parameter cannot be made
     */
    Optional<AzureFunctionsHost.Response> invoke(HostedInvocation invocation) throws ReflectiveOperationException {
        ExecutionContext context = new WorkerContext(name);
        Object[] arguments = sources.stream()
                .map(source -> source.value(invocation, context))
                .toArray();
        Thread.currentThread().setContextClassLoader(method.getDeclaringClass().getClassLoader());
        Object function = method.getDeclaringClass().getConstructor().newInstance();
        Object returned = method.invoke(function, arguments);
        return returned instanceof WorkerResponse response ? Optional.of(response.toResponse()) : Optional.empty();
    }
}
