package dev.agenttask.worker.git;

import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnection;

/** Notes how the server answered last, since the library's exceptions tell it in words alone. */
final class HttpObserver implements HttpConnectionFactory {

    private OptionalInt status = OptionalInt.empty();
    private Optional<String> location = Optional.empty();

    /** The status of the last answer, if there was one. */
    OptionalInt status() {
        return status;
    }

    /** Where the last answer redirected to, if it did. */
    Optional<String> location() {
        return location;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return new Observed(url);
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        return new Observed(url, proxy);
    }

    private final class Observed extends JDKHttpConnection {

        Observed(URL url) throws IOException {
            super(url);
        }

        Observed(URL url, Proxy proxy) throws IOException {
            super(url, proxy);
        }

        @Override
        public int getResponseCode() throws IOException {
            status = OptionalInt.empty();
            var code = super.getResponseCode();
            status = OptionalInt.of(code);
            location = Optional.ofNullable(getHeaderField("Location"));
            return code;
        }
    }
}
