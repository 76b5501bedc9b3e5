package dev.agenttask.controller.config;

import java.util.List;

/** The operator's configuration has mistakes. The message lists all of them. */
public final class InvalidConfigurationException extends RuntimeException {

    InvalidConfigurationException(List<String> mistakes) {
        super("The configuration has mistakes: " + String.join(" ", mistakes));
    }
}
