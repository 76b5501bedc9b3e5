import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

/**
 * Run while the image is built: a repository over smart http with a password, for the worker to clone from and to push
 * to while the JVM watches which classes that takes. One request at a time, and no more of HTTP than JGit speaks.
 *
 * <p>Arguments: the directory for the repository, and the port.
 */
public final class TrainingRemote {

    private static final int FILES = 60;

    private final Repository repository;

    private TrainingRemote(Repository repository) {
        this.repository = repository;
    }

    public static void main(String[] args) throws IOException {
        var server = new TrainingRemote(create(Path.of(args[0])));
        try (var socket = new ServerSocket(Integer.parseInt(args[1]), 50, InetAddress.getLoopbackAddress())) {
            while (true) {
                try (var connection = socket.accept()) {
                    server.answer(connection);
                } catch (IOException | RuntimeException e) {
                    System.err.println("not a request: " + e);
                }
            }
        }
    }

    private static Repository create(Path directory) throws IOException {
        var repository = new FileRepository(directory.toFile());
        repository.create(true);
        try (var inserter = repository.newObjectInserter()) {
            var index = DirCache.newInCore().builder();
            for (var i = 0; i < FILES; i++) {
                var entry = new DirCacheEntry("src/directory" + i % 7 + "/file" + i);
                entry.setFileMode(i % 10 == 0 ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE);
                entry.setObjectId(inserter.insert(
                        Constants.OBJ_BLOB, ("line of file " + i + "\n").repeat(i).getBytes(StandardCharsets.UTF_8)));
                index.add(entry);
            }
            index.finish();
            var commit = new CommitBuilder();
            commit.setTreeId(index.getDirCache().writeTree(inserter));
            commit.setAuthor(new PersonIdent("trainer", "trainer@localhost"));
            commit.setCommitter(commit.getAuthor());
            commit.setMessage("Sixty files");
            var id = inserter.insert(commit);
            inserter.flush();
            var update = repository.updateRef("refs/heads/main");
            update.setNewObjectId(id);
            update.update();
        }
        repository.updateRef(Constants.HEAD).link("refs/heads/main");
        return repository;
    }

    private record Request(String method, String path, Map<String, String> headers, InputStream body) {}

    private void answer(Socket connection) throws IOException {
        var request = read(new BufferedInputStream(connection.getInputStream()));
        var out = connection.getOutputStream();
        if (!request.headers().containsKey("authorization")) {
            respond(out, "401 Unauthorized", "text/plain", "WWW-Authenticate: Basic realm=\"git\"\r\n", new byte[0]);
            return;
        }
        var service = request.path().endsWith("git-receive-pack") ? "git-receive-pack" : "git-upload-pack";
        var advertisement = request.method().equals("GET");
        var body = new ByteArrayOutputStream();
        if (service.equals("git-receive-pack")) {
            receivePack(request, advertisement, body);
        } else {
            uploadPack(request, advertisement, body);
        }
        var type = "application/x-" + service + (advertisement ? "-advertisement" : "-result");
        respond(out, "200 OK", type, "", body.toByteArray());
    }

    private void uploadPack(Request request, boolean advertisement, OutputStream out) throws IOException {
        var pack = new UploadPack(repository);
        pack.setBiDirectionalPipe(false);
        pack.setExtraParameters(List.of(request.headers().getOrDefault("git-protocol", "")));
        if (advertisement) {
            var refs = new PacketLineOutRefAdvertiser(new PacketLineOut(out));
            pack.sendAdvertisedRefs(refs, "git-upload-pack");
        } else {
            pack.upload(request.body(), out, null);
        }
    }

    private void receivePack(Request request, boolean advertisement, OutputStream out) throws IOException {
        var pack = new ReceivePack(repository);
        pack.setBiDirectionalPipe(false);
        if (advertisement) {
            var lines = new PacketLineOut(out);
            lines.writeString("# service=git-receive-pack\n");
            lines.end();
            pack.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(lines));
        } else {
            pack.receive(request.body(), out, null);
        }
    }

    private static Request read(InputStream in) throws IOException {
        var first = line(in).split(" ");
        var headers = new TreeMap<String, String>();
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            var parts = header.split(": *", 2);
            headers.put(parts[0].toLowerCase(), parts[1]);
        }
        var bytes = headers.getOrDefault("transfer-encoding", "").equals("chunked")
                ? chunks(in)
                : in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        InputStream body = new ByteArrayInputStream(bytes);
        if (headers.getOrDefault("content-encoding", "").equals("gzip")) {
            body = new GZIPInputStream(body);
        }
        return new Request(first[0], first[1], headers, body);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var all = new ByteArrayOutputStream();
        for (var size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            all.write(in.readNBytes(size));
            line(in);
        }
        line(in);
        return all.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (var b = in.read(); b != '\n' && b >= 0; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static void respond(OutputStream out, String status, String type, String headers, byte[] body)
            throws IOException {
        var head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n" + headers + "\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }
}
