package dev.persistor.standalone.explore;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.persistor.core.archive.Archive;
import dev.persistor.core.log.SafeText;
import dev.persistor.core.message.Message;
import dev.persistor.core.naming.PathTemplate;
import dev.persistor.core.store.BlobStore;
import dev.persistor.standalone.cli.Json;
import dev.persistor.standalone.recovery.ArchiveAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests for one archive below a path: the page, and the API below {@code api/}. Every answer forbids the browser to load
 * anything from another host, and to guess content types. It reads the archive on threads of its own.
 *
 * <p>Thread-safe.
 */
public final class Explorer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Explorer.class);
    private static final String API = "api/";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src"
                    + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final ArchiveAccess access;
    private final AccessCheck check;
    private final Duration budget;
    private final Consumer<Error> fatal;
    private final Scans scans;

    /**
     * Makes an explorer.
     *
     * @param access stays the caller's to close
     * @param check which requests are answered
     * @param budget how long a scan may take unless the request says so
     * @param fatal told of an {@link Error} on any of its threads
     */
    Explorer(ArchiveAccess access, AccessCheck check, Duration budget, Consumer<Error> fatal) {
        this.access = access;
        this.check = check;
        this.budget = budget;
        this.fatal = fatal;
        this.scans = new Scans(fatal);
    }

    /**
     * Makes an explorer of a store whose blobs are named by a template, and by those that captures noted in it.
     *
     * @param store stays the caller's to close
     * @param check which requests are answered
     * @param budget how long a scan may take unless the request says so
     * @param fatal told of an {@link Error} on any of its threads
     */
    public static Explorer of(
            BlobStore store, PathTemplate template, AccessCheck check, Duration budget, Consumer<Error> fatal) {
        return new Explorer(ArchiveAccess.of(store, template, Clock.systemUTC()), check, budget, fatal);
    }

    /** Answers a request, whose path begins with that of the {@link AccessCheck}. */
    public void handle(Request request, Response response, Callback callback) {
        protect(response);
        answering(request, response, callback, () -> {
            check.requireOwnHost(request);
            if (!request.getMethod().equals("GET")) {
                response.getHeaders().put(HttpHeader.ALLOW, "GET");
                throw new BadRequestException(405, "only GET is allowed: nothing is changed here");
            }
            String path = request.getHttpURI().getPath().substring(check.path().length());
            if (path.startsWith(API)) {
                check.requireOwnSite(request);
                check.requireToken(request);
                answer(path.substring(API.length()), request, response, callback);
            } else {
                servePage(path, request, response, callback);
            }
        });
    }

    /** A part of the work for an answer. */
    @FunctionalInterface
    private interface Part {
        void run() throws IOException;
    }

    /** Does a part of the work; whatever goes wrong becomes the answer. */
    private void answering(Request request, Response response, Callback callback, Part part) {
        try {
            part.run();
        } catch (BadRequestException e) {
            sendText(response, callback, e.status(), String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "Cannot answer {}",
                    SafeText.line(String.valueOf(request.getHttpURI().getPath())),
                    e);
            sendText(response, callback, 502, Scan.reason(e));
        } catch (Error e) {
            callback.failed(e);
            fatal.accept(e);
        }
    }

    private static void protect(Response response) {
        response.getHeaders()
                .put("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .put("X-Content-Type-Options", "nosniff")
                .put("Referrer-Policy", "no-referrer")
                .put("Cross-Origin-Opener-Policy", "same-origin")
                .put("Cross-Origin-Resource-Policy", "same-origin")
                .put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** The address with the token gives the browser the cookie, and leads to the address without it, which is safe to share. */
    private void servePage(String path, Request request, Response response, Callback callback) {
        String token = Parameters.of(request, Set.of("token")).one("token").orElse("");
        if (path.isEmpty() && !token.isEmpty()) {
            if (!check.isToken(token)) {
                throw new BadRequestException(
                        401, "the token is wrong; open the address that persistor explore printed");
            }
            response.getHeaders().add(check.cookieHeader(request));
            response.getHeaders().put(HttpHeader.LOCATION, check.path());
            send(response, callback, 303, TEXT, new byte[0]);
            return;
        }
        PageFiles.PageFile file =
                PageFiles.find(path).orElseThrow(() -> new BadRequestException(404, "there is no such page"));
        send(response, callback, 200, file.contentType(), bytes(file.text()));
    }

    private void answer(String path, Request request, Response response, Callback callback) throws IOException {
        Resource resource = Resource.find(path)
                .orElseThrow(() -> new BadRequestException(
                        404,
                        "there is no such resource; there are " + Resource.paths() + ", which openapi.json describes"));
        Parameters parameters = Parameters.of(request, resource.parameters());
        switch (resource) {
            case OPENAPI -> send(response, callback, 200, JSON, bytes(PageFiles.openApi()));
            case ARCHIVE -> sendJson(response, callback, this::writeArchive);
            case MESSAGE, PAYLOAD -> {
                Place place = Place.parse("place", parameters.required("place"));
                int first = parameters.number("attributesFrom", 0, Integer.MAX_VALUE, 0);
                scans.read(() ->
                        answering(request, response, callback, () -> send(resource, place, first, response, callback)));
            }
            case OVERVIEW, MESSAGES, SHAPE, VERIFY, PLAN -> {
                Query query = Query.of(parameters, budget);
                Scan.Work work =
                        scan -> work(resource, access.reading(blob -> scan.listed(), scan::read), query, parameters)
                                .run(scan);
                scans.start(new Scan(work, query.budget()), response, callback);
            }
        }
    }

    private Scan.Work work(Resource resource, Archive archive, Query query, Parameters parameters) {
        return switch (resource) {
            case OVERVIEW -> new Overview(archive, query);
            case MESSAGES -> new Rows(archive, query);
            case SHAPE -> new Shape(archive, query);
            case VERIFY -> new Verifying(archive, query);
            case PLAN -> new Plan(archive, query, access.words(), parameters);
            case OPENAPI, ARCHIVE, MESSAGE, PAYLOAD -> throw new IllegalArgumentException(resource + " is no scan");
        };
    }

    private void writeArchive(JsonGenerator json) throws IOException {
        json.writeStringField("store", access.store().toString());
        Json.texts(json, "templates", access.templates());
        json.writeNumberField("secondsPerScan", budget.toSeconds());
        json.writeStringField("now", access.now().toString());
    }

    private void send(Resource resource, Place place, int firstAttribute, Response response, Callback callback)
            throws IOException {
        SingleMessage.Found found =
                new SingleMessage(access.store(), access.reading(blob -> {}, bytes -> {})).find(place);
        if (resource == Resource.MESSAGE) {
            sendJson(response, callback, json -> found.write(json, firstAttribute));
            return;
        }
        Message message = found.message();
        response.getHeaders().put("Content-Disposition", "attachment; filename=\"payload.bin\"");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
        response.setStatus(200);
        response.write(true, message.payload(), callback);
    }

    private static void sendJson(Response response, Callback callback, Json.Fields fields) throws IOException {
        send(response, callback, 200, JSON, Json.line(fields));
    }

    private static void sendText(Response response, Callback callback, int status, String text) {
        send(response, callback, status, TEXT, bytes(text + "\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void send(Response response, Callback callback, int status, String contentType, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** Returns how many scans are under way. */
    int scans() {
        return scans.count();
    }

    /** Stops all scans. */
    @Override
    public void close() {
        scans.close();
    }
}
