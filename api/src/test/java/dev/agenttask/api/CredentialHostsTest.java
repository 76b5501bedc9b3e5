package dev.agenttask.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialHostsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    git.example.com                       | https://git.example.com/a.git
                    GIT.example.com                       | https://git.Example.com/a.git
                    git.example.com                       | https://git.example.com:443/a.git
                    git.example.com:8443                  | https://git.example.com:8443/a.git
                    https://git.example.com               | https://git.example.com/a.git
                    http://git.example.com                | http://git.example.com/a.git
                    http://git.example.com:3000           | http://git.example.com:3000/a.git
                    other.example.com, git.example.com    | https://git.example.com/a.git
                    10.0.0.1                              | https://10.0.0.1/a.git
                    [fd00::1]:8443                        | https://[fd00::1]:8443/a.git
                    """)
    void a_listed_host_is_permitted(String annotation, String url) {
        assertThat(CredentialHosts.refusal("git", annotation, url)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    git.example.com          | http://git.example.com/a.git
                    git.example.com          | https://git.example.com:8443/a.git
                    git.example.com:8443     | https://git.example.com/a.git
                    http://git.example.com   | https://git.example.com/a.git
                    git.example.com          | https://evil.example.com/a.git
                    git.example.com          | https://git.example.com.evil.net/a.git
                    git.example.com          | https://git.example.com@evil.net/a.git
                    git.example.com          | https://evil.net/git.example.com/a.git
                    git.example.com          | https://git.example.com\\@evil.net/a.git
                    git.example.com          | https://sub.git.example.com/a.git
                    git.example.com          | https://git.example.com#@evil.net/a.git
                    git.example.com          | https://git.example.com:443#@evil.net/a.git
                    git.example.com          | https://git.example.com?@evil.net/a.git
                    git.example.com          | https://git.example.com
                    *                        | https://git.example.com/a.git
                    ''                       | https://git.example.com/a.git
                    """)
    void everything_else_is_refused(String annotation, String url) {
        assertThat(CredentialHosts.refusal("git", annotation, url)).isPresent();
    }

    @Test
    void the_refusal_tells_what_to_do() {
        assertThat(CredentialHosts.refusal("shop-git", "a.example.com", "http://git.example.com:3000/a.git"))
                .hasValueSatisfying(why -> assertThat(why)
                        .endsWith("kubectl annotate secret shop-git --overwrite"
                                + " agenttask.dev/hosts=a.example.com,http://git.example.com:3000"));
    }
}
