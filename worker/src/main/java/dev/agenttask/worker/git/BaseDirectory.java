package dev.agenttask.worker.git;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.attributes.Attribute;
import org.eclipse.jgit.attributes.Attributes;
import org.eclipse.jgit.attributes.AttributesNode;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * One directory of the base: what is tracked in it, and the rules of its {@code .gitignore} and {@code .gitattributes}.
 * The workspace's own rule files never count: an agent could hide its changes with them.
 */
final class BaseDirectory {

    private static final int LARGEST_RULES = 1 << 20;
    private static final List<Attribute> BINARY = List.of(
            new Attribute("diff", Attribute.State.UNSET),
            new Attribute("merge", Attribute.State.UNSET),
            new Attribute("text", Attribute.State.UNSET));

    private final Optional<BaseDirectory> parent;
    /** Of the directory, with a slash at its end; empty for the root. */
    private final String path;

    private final ObjectReader reader;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Optional<IgnoreNode> ignore;
    private final Optional<AttributesNode> attributes;

    /** Something that the base tracks. */
    record Entry(FileMode mode, ObjectId id) {

        boolean isTree() {
            return mode.equals(FileMode.TREE);
        }
    }

    private BaseDirectory(Optional<BaseDirectory> parent, String path, ObjectReader reader, Optional<ObjectId> tree)
            throws IOException {
        this.parent = parent;
        this.path = path;
        this.reader = reader;
        if (tree.isPresent()) {
            var parser = new CanonicalTreeParser(new byte[0], reader, tree.get());
            for (; !parser.eof(); parser.next()) {
                var name = new byte[parser.getNameLength()];
                parser.getName(name, 0);
                entries.put(key(name), new Entry(parser.getEntryFileMode(), parser.getEntryObjectId()));
            }
        }
        this.ignore = ignoreRules();
        this.attributes = attributeRules();
    }

    /**
     * The root of the base.
     *
     * @throws IOException if the vault lacks an object
     */
    static BaseDirectory root(ObjectReader reader, ObjectId tree) throws IOException {
        return new BaseDirectory(Optional.empty(), "", reader, Optional.of(tree));
    }

    /**
     * A directory in this one, empty if the base has none of that name.
     *
     * @throws IOException if the vault lacks an object
     */
    BaseDirectory child(byte[] name) throws IOException {
        var tree = entry(name).filter(Entry::isTree).map(Entry::id);
        return new BaseDirectory(Optional.of(this), pathOf(name) + "/", reader, tree);
    }

    /** What the base tracks under that name. */
    Optional<Entry> entry(byte[] name) {
        return Optional.ofNullable(entries.get(key(name)));
    }

    /** The path from the root, for people and rules. */
    String pathOf(byte[] name) {
        return path + new String(name, StandardCharsets.UTF_8);
    }

    /** Whether the base's rules ignore what is there, leaving aside that it may be tracked. */
    boolean ignores(byte[] name, boolean isDirectory) {
        var full = pathOf(name);
        for (var level = Optional.of(this); level.isPresent(); level = level.get().parent) {
            var below = full.substring(level.get().path.length());
            var says = level.get().ignore.map(rules -> rules.checkIgnored(below, isDirectory));
            if (says.isPresent()) {
                return says.get();
            }
        }
        return false;
    }

    /** The attributes that the base gives a file. */
    Attributes attributes(byte[] name) {
        var result = new Attributes();
        collect(pathOf(name), result);
        return result;
    }

    private void collect(String full, Attributes result) {
        parent.ifPresent(above -> above.collect(full, result));
        if (attributes.isEmpty()) {
            return;
        }
        var below = full.substring(path.length());
        for (var rule : attributes.get().getRules()) {
            if (rule.isMatch(below, false)) {
                for (var attribute : rule.getAttributes()) {
                    result.put(attribute);
                    if (attribute.getKey().equals("binary") && attribute.getState() == Attribute.State.SET) {
                        BINARY.forEach(result::put);
                    }
                }
            }
        }
    }

    private Optional<IgnoreNode> ignoreRules() throws IOException {
        var content = content(Constants.GITIGNORE_FILENAME);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        var rules = new IgnoreNode();
        rules.parse(new ByteArrayInputStream(content.get()));
        return Optional.of(rules);
    }

    private Optional<AttributesNode> attributeRules() throws IOException {
        var content = content(Constants.DOT_GIT_ATTRIBUTES);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        var rules = new AttributesNode(new ArrayList<>());
        rules.parse(new ByteArrayInputStream(content.get()));
        return Optional.of(rules);
    }

    private Optional<byte[]> content(String name) throws IOException {
        var entry = Optional.ofNullable(entries.get(name))
                .filter(e -> (e.mode().getBits() & FileMode.TYPE_MASK) == FileMode.TYPE_FILE);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.open(entry.get().id(), Constants.OBJ_BLOB).getCachedBytes(LARGEST_RULES));
        } catch (LargeObjectException e) {
            // Nobody writes a megabyte of rules by hand; git itself stops reading at 100 MB.
            return Optional.empty();
        }
    }

    private static String key(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
