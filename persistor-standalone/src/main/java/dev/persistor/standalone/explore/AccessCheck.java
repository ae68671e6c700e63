package dev.persistor.standalone.explore;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Decides which requests may see an archive. A request needs the token, in a cookie or a header. Its {@code Host} must be an IP address,
 * {@code localhost} or the host that the server listens at: the page of another site can send requests here under a name of its own that
 * it lets resolve to this machine (DNS rebinding), but not under an address. Its origin, if it has one, must be this server.
 *
 * <p>Immutable.
 */
public final class AccessCheck {

    private static final int TOKEN_BYTES = 24;
    private static final String BEARER = "Bearer ";
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9A-Fa-f:.]+\\]");

    private final String token;
    private final String host;
    private final String path;

    private AccessCheck(String token, String host, String path) {
        this.token = token;
        this.host = host;
        this.path = path;
    }

    /** Makes a check with a new token, for an explorer at the root of a server that listens at a host. */
    static AccessCheck withNewToken(String host) {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return of(Base64.getUrlEncoder().withoutPadding().encodeToString(random), host, "/");
    }

    /**
     * Makes a check.
     *
     * @param host the host that the server listens at
     * @param path the path of the explorer's page, which ends with a slash
     */
    public static AccessCheck of(String token, String host, String path) {
        return new AccessCheck(token, host, path);
    }

    /** Returns the path of the page, which ends with a slash. */
    public String path() {
        return path;
    }

    String token() {
        return token;
    }

    /** Returns the name of the cookie. Cookies of one host are shared by its ports, of which several may have an explorer. */
    static String cookieName(Request request) {
        return "persistor-" + Request.getServerPort(request);
    }

    /**
     * Refuses a request that names another host than this server.
     *
     * @throws BadRequestException if the host is a name that this server does not have
     */
    void requireOwnHost(Request request) {
        String name = host(request).replaceFirst(":\\d+$", "");
        if (!ADDRESS.matcher(name).matches() && !name.equalsIgnoreCase("localhost") && !name.equalsIgnoreCase(host)) {
            throw new BadRequestException(
                    403, "the request is for another host; open the address that persistor explore printed");
        }
    }

    private static String host(Request request) {
        return Optional.ofNullable(request.getHeaders().get(HttpHeader.HOST)).orElse("");
    }

    /**
     * Refuses a request that the page of another site sends. The page itself may be opened from another site: a link in a chat leads to it,
     * and it holds nothing of the archive.
     *
     * @throws BadRequestException if the origin is not this server
     */
    void requireOwnSite(Request request) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String site = request.getHeaders().get("Sec-Fetch-Site");
        boolean isForeignOrigin =
                origin != null && !origin.equals(request.getHttpURI().getScheme() + "://" + host(request));
        boolean isForeignSite = site != null && !site.equals("same-origin") && !site.equals("none");
        if (isForeignOrigin || isForeignSite) {
            throw new BadRequestException(403, "the request comes from the page of another site");
        }
    }

    /**
     * Refuses a request without the token.
     *
     * @throws BadRequestException if it has no token or a wrong one
     */
    void requireToken(Request request) {
        if (!isToken(bearer(request)) && !isToken(cookie(request))) {
            throw new BadRequestException(
                    401,
                    "the token is missing or wrong; open the address that persistor explore printed, or send the header"
                            + " Authorization: Bearer TOKEN");
        }
    }

    /** Tells whether this is the token, in constant time. */
    boolean isToken(String text) {
        return MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
    }

    private static String bearer(Request request) {
        String header = Optional.ofNullable(request.getHeaders().get(HttpHeader.AUTHORIZATION))
                .orElse("");
        return header.startsWith(BEARER) ? header.substring(BEARER.length()) : "";
    }

    private static String cookie(Request request) {
        return Request.getCookies(request).stream()
                .filter(cookie -> cookie.getName().equals(cookieName(request)))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse("");
    }

    /** Returns the header that gives the token to a browser, which sends it back with requests of its own page only. */
    HttpField cookieHeader(Request request) {
        return new HttpField(
                HttpHeader.SET_COOKIE,
                cookieName(request) + "=" + token + "; Path=" + path + "; HttpOnly; SameSite=Strict");
    }
}
