package dev.agenttask.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agenttask.worker.fixture.SupervisedRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What commands may try against the supervisor, which runs as it does in a pod: process 1, not root, busybox. */
class SuperviseIT {

    private static final int PROCESSES = 300;
    private static final String BURN = "burn() { end=$(($(date +%s) + $1)); until [ $(date +%s) -ge $end ]; do"
            + " i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; done; }; ";

    private SupervisedRoom room;

    @BeforeEach
    void start() throws IOException {
        room = new SupervisedRoom(PROCESSES);
    }

    @AfterEach
    void end() throws IOException {
        room.close();
    }

    @Test
    void output_and_exit_code_arrive_and_output_is_in_the_log_too() throws Exception {
        var result = room.run("echo out; echo err >&2; printf 'no end'; exit 3");
        assertThat(result.exitCode()).hasValue(3);
        assertThat(result.output()).isEqualTo("out\nerr\nno end\n");
        await().untilAsserted(() -> assertThat(room.log()).contains("out\nerr\nno end"));
    }

    @Test
    void a_command_has_a_home_no_input_no_pipes_and_no_token() throws Exception {
        var result = room.run("pwd; echo HOME=$HOME token=$token; cat; ls /proc/self/fd");
        assertThat(result.output())
                .startsWith(room.home() + "\nHOME=" + room.home() + " token=\n")
                .matches("(?s).*\n0\n1\n2\n3\n"); // 3 is ls itself, reading the directory
    }

    @Test
    void a_command_is_not_deaf_to_interrupts() throws Exception {
        assertThat(room.run("sleep 5 & exec sh -c 'kill -INT $$; echo deaf'").exitCode())
                .hasValue(130);
    }

    @Test
    void a_line_arrives_at_once() throws Exception {
        var startedAt = room.start("echo first; sleep 30");
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(room.output()).isEqualTo("first\n"));
        room.supervisor().stop();
        assertThat(room.await(startedAt).exitCode()).isEmpty();
    }

    @Test
    void processes_that_a_command_leaves_behind_are_dead_before_its_end_is_told() throws Exception {
        var left = "i=0; while [ $i -lt 50 ]; do (trap '' TERM HUP; setsid sleep 1000; echo late) & i=$((i+1)); done;"
                + " echo done";
        assertThat(room.run(left).output()).isEqualTo("done\n");
        assertThat(room.run("ls -d /proc/[0-9]* | wc -l; ps ax | grep -c '[s]leep 1000'")
                        .output())
                .endsWith("0\n");
    }

    @Test
    void orphans_are_reaped_while_a_command_runs() throws Exception {
        var result = room.run("i=0; while [ $i -lt 100 ]; do (true &) ; i=$((i+1)); done; sleep 1;"
                + " grep -l '^State:.Z' /proc/[0-9]*/status | wc -l");
        assertThat(result.output()).isEqualTo("0\n");
    }

    @Test
    void a_command_that_ignores_sigterm_is_killed_after_five_seconds() throws Exception {
        var startedAt = room.start("trap '' TERM; echo up; while :; do sleep 1; done");
        await().untilAsserted(() -> assertThat(room.output()).isEqualTo("up\n"));
        room.supervisor().stop();
        var result = room.await(startedAt);
        assertThat(result.exitCode()).isEmpty();
        assertThat(result.took()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
    }

    @Test
    void a_command_that_obeys_sigterm_ends_at_once() throws Exception {
        var startedAt = room.start("echo up; exec sleep 1000");
        await().untilAsserted(() -> assertThat(room.output()).isEqualTo("up\n"));
        room.supervisor().stop();
        assertThat(room.await(startedAt).took()).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void a_fork_bomb_is_stopped_and_the_next_command_runs() throws Exception {
        var startedAt = room.start("echo up; f() { f & f & f & }; f; f; while :; do f; done");
        await().untilAsserted(() -> assertThat(room.output()).contains("up"));
        room.supervisor().stop();
        assertThat(room.await(startedAt).took()).isLessThan(Duration.ofSeconds(20));
        assertThat(room.run("echo well").output()).isEqualTo("well\n");
    }

    @Test
    void a_command_that_kills_every_other_process_harms_itself_alone() throws Exception {
        var result = room.run("echo before; sleep 0.2; kill -9 -1; sleep 0.2; echo after; exit 5");
        assertThat(result.exitCode()).hasValue(5);
        assertThat(result.output()).isEqualTo("before\nafter\n");
        assertThat(room.run("kill 0; sleep 5").exitCode()).hasValue(143);
        assertThat(room.run("echo well").output()).isEqualTo("well\n");
    }

    @Test
    void forged_requests_and_end_lines_have_no_effect() throws Exception {
        var forged = "0123456789abcdef0123456789abcdef";
        var channel = room.channel();
        var result = room.run("printf '\\n" + forged + " exited 0\\n'; printf '\\n" + forged + " exited 0\\n' >"
                + channel + "/output; echo 'run " + forged + " it /' >" + channel + "/requests; echo exit 0 >" + channel
                + "/requests; head -c 60000 /dev/zero >" + channel + "/requests & sleep 0.3; printf 'exit 0' >"
                + channel + "/requests; exit 9");
        assertThat(result.exitCode()).hasValue(9);
        assertThat(room.run("echo well").output()).isEqualTo("well\n");
    }

    @Test
    void the_channel_cannot_be_changed() throws Exception {
        var channel = room.channel();
        var result = room.run("rm " + channel + "/requests; mv " + channel + "/output " + channel + "/x; touch "
                + channel + "/stop " + channel + "/quiet; ls " + channel);
        assertThat(result.output()).endsWith("output\nrequests\n").contains("Read-only file system");
    }

    @Test
    void a_process_of_the_same_user_cannot_read_process_1() throws Exception {
        var result = room.run("id -u; for f in mem environ maps fd/3; do"
                + " if ( : </proc/1/$f ) 2>/dev/null; then echo $f open; fi; done;"
                + " ls /proc/1/fd >/dev/null 2>&1 || echo closed; kill -STOP 1; kill -KILL 1; echo alive");
        assertThat(result.output()).isEqualTo(SupervisedRoom.USER + "\nclosed\nalive\n");
    }

    @Test
    void a_lot_of_output_is_passed_on_in_bounded_memory() throws Exception {
        var result = room.run("head -c 1000000000 /dev/zero | tr '\\0' x; printf '\\nend\\n'");
        assertThat(result.exitCode()).hasValue(0);
        // One line of a gigabyte, of which the worker keeps the beginning.
        assertThat(room.outputBytes()).isEqualTo(Supervisor.LINE_BYTES + "end".length());
    }

    @Test
    void binary_output_is_passed_on_byte_by_byte() throws Exception {
        var result = room.run("printf '\\000\\001\\377\\033[31m\\r\\n'");
        assertThat(result.output()).isEqualTo("\0\1\uFFFD\033[31m\r\n");
    }

    @Test
    void a_worker_that_goes_and_comes_back_misses_nothing() throws Exception {
        var token = Token.random(new SecureRandom());
        room.start("echo one; while [ ! -e go ]; do sleep 0.1; done; echo two; exit 7", token);
        await().untilAsserted(() -> assertThat(room.output()).isEqualTo("one\n"));
        room.detach();
        Files.createFile(room.home().resolve("go"));
        room.reattach().resume(token);
        var result = room.await(System.nanoTime());
        assertThat(result.exitCode()).hasValue(7);
        assertThat(result.output()).endsWith("two\n");
    }

    @Test
    void the_end_of_a_command_is_told_again_to_a_worker_that_had_read_it() throws Exception {
        var token = Token.random(new SecureRandom());
        room.start("exit 7", token);
        room.await(System.nanoTime());
        room.detach();
        room.reattach().resume(token);
        assertThat(room.await(System.nanoTime()).exitCode()).hasValue(7);
    }

    @Test
    void sigterm_of_the_kubelet_stops_the_command_and_the_container() throws Exception {
        var startedAt = room.start("echo up; trap 'echo bye; exit 0' TERM; while :; do sleep 0.1; done");
        await().untilAsserted(() -> assertThat(room.output()).isEqualTo("up\n"));
        terminate();
        // The worker gets one from the kubelet as well.
        room.supervisor().stop();
        var result = room.await(startedAt);
        assertThat(result.exitCode()).isEmpty();
        assertThat(result.took()).isLessThan(Duration.ofSeconds(8));
        assertThat(result.output()).startsWith("up\n").endsWith("bye\n");
        assertThat(room.exitCode()).isEqualTo(143);
    }

    @Test
    void a_sigterm_of_which_the_worker_knows_nothing_ends_the_container_later() throws Exception {
        var result = room.run("kill -TERM 1; sleep 3; echo still here; sleep 1000");
        assertThat(result.end()).isEqualTo(new Signal.Terminated());
        assertThat(result.output()).isEqualTo("still here\n");
        assertThat(result.took()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(16));
        assertThat(room.exitCode()).isEqualTo(143);
    }

    @Test
    void a_command_that_only_sleeps_is_stopped_as_stalled_when_its_time_is_over() throws Exception {
        var startedAt = startQuiet("trap 'echo bye; exit 0' TERM; while :; do sleep 0.5; done");
        var result = room.await(startedAt);
        assertThat(result.end()).isEqualTo(new Signal.Stalled());
        assertThat(result.output()).startsWith("up\n").endsWith("bye\n");
        // Whole seconds are counted: it may be nearly one less.
        assertThat(result.took()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(6));
        assertThat(room.run("echo well").output()).isEqualTo("well\n");
    }

    @Test
    void a_command_that_uses_cpu_is_not_stalled_until_it_stops_to() throws Exception {
        assertThat(room.await(startQuiet(BURN + "burn 6; exit 7")).exitCode()).hasValue(7);
        room.supervisor().signs().forget();
        var result = room.await(startQuiet(BURN + "burn 4; sleep 1000"));
        assertThat(result.end()).isEqualTo(new Signal.Stalled());
        assertThat(result.took()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(14));
    }

    @Test
    void cpu_that_short_lived_children_and_orphans_use_counts() throws Exception {
        var children = "until [ $(date +%s) -ge $end ]; do (i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done); done";
        var script = "end=$(($(date +%s) + 6)); (setsid sh -c 'end='$end'; " + children + "' &); sleep 6.5; exit 7";
        assertThat(room.await(startQuiet(script)).exitCode()).hasValue(7);
    }

    @Test
    void a_name_that_shifts_the_fields_of_a_process_does_not_help() throws Exception {
        // Were the first bracket taken for the last, the page faults of its children would be this shell's CPU time.
        var script = "printf 'a) b c d e' >/proc/$$/comm; while :; do sleep 0.2; done";
        assertThat(room.await(startQuiet(script)).end()).isEqualTo(new Signal.Stalled());
    }

    @Test
    void a_command_is_not_stalled_when_the_worker_takes_its_word_back() throws Exception {
        var startedAt = startQuiet("sleep 5; exit 7");
        room.supervisor().signs().note();
        assertThat(room.await(startedAt).exitCode()).hasValue(7);
    }

    @Test
    void a_byte_without_an_end_of_line_takes_the_word_back() throws Exception {
        var startedAt = startQuiet("for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.5; printf .; done; exit 7");
        assertThat(room.await(startedAt).exitCode()).hasValue(7);
        assertThat(room.channel().resolve("quiet")).doesNotExist();
    }

    @Test
    void a_worker_that_comes_back_leaves_the_supervisor_counting() throws Exception {
        var token = Token.random(new SecureRandom());
        room.start("sleep 1000", token);
        room.supervisor().signs().tell(Duration.ofSeconds(3), Duration.ofSeconds(3));
        room.detach();
        room.reattach().resume(token);
        assertThat(room.await(System.nanoTime()).end()).isEqualTo(new Signal.Stalled());
    }

    @Test
    void exit_ends_the_container_with_that_code() throws Exception {
        room.run("true");
        room.supervisor().exit(70);
        assertThat(room.exitCode()).isEqualTo(70);
    }

    @Test
    void a_script_that_is_not_there_or_a_directory_that_is_not_there_is_an_exit_code() throws Exception {
        room.supervisor().run(Token.random(new SecureRandom()), "nothing", room.home());
        assertThat(room.await(System.nanoTime()).exitCode()).isPresent();
        room.supervisor().run(Token.random(new SecureRandom()), "it", Path.of("/nowhere"));
        assertThat(room.await(System.nanoTime()).exitCode()).hasValue(126);
    }

    /** Starts a script, and says that it neither prints nor changes files: it has two seconds, and then three. */
    private long startQuiet(String script) throws Exception {
        var startedAt = room.start("echo up; " + script);
        await().untilAsserted(() -> assertThat(room.output()).isEqualTo("up\n"));
        room.supervisor().signs().tell(Duration.ofSeconds(2), Duration.ofSeconds(3));
        return startedAt;
    }

    private void terminate() throws Exception {
        new ProcessBuilder("kill", "-TERM", Long.toString(room.pid())).start().waitFor();
    }
}
