"""`whydenied run`: a command's own output, status and terminal are left as they are; a denial is explained after it."""

import os
import pty
import signal
import subprocess
import sys
import termios

import pytest

DENIAL = (
    "An error occurred (AccessDenied) when calling the GetObject operation: User:"
    " arn:aws:sts::111122223333:assumed-role/app/run-1 is not authorized to perform: s3:GetObject on resource:"
    ' "arn:aws:s3:::reports/q3.csv" because no identity-based policy allows the s3:GetObject action'
)
WHYDENIED = (sys.executable, "-m", "service.cli")


def run(*command, options=(), **more):
    return subprocess.run([*WHYDENIED, "run", *options, "--", *command], capture_output=True, check=False, **more)


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_output_and_status_are_those_of_the_command():
    program = "import sys; sys.stdout.write('out\\n'); sys.stderr.write('err\\n'); sys.exit(3)"

    found = run(*python(program))

    assert (found.returncode, found.stdout, found.stderr) == (3, b"out\n", b"err\n")


def test_bytes_that_are_no_text_pass_through():
    found = run(*python("import sys; sys.stdout.buffer.write(bytes(range(256)) * 1000)"))

    assert (found.returncode, found.stdout) == (0, bytes(range(256)) * 1000)


def test_standard_input_is_the_commands():
    assert run("cat", input=b"through").stdout == b"through"


def test_a_denial_is_explained_on_standard_error_after_it():
    found = run(*python(f"import sys; print('working'); sys.exit({DENIAL!r})"))

    assert (found.returncode, found.stdout) == (1, b"working\n")
    message, explanation = found.stderr.decode().split("\n", 1)
    assert message == DENIAL
    assert "/kb/causes/identity-no-allow/" in explanation


def test_a_denial_on_standard_output_is_explained_too():
    found = run(*python(f"print({DENIAL!r}); exit(1)"))

    assert b"/kb/causes/identity-no-allow/" in found.stderr


def test_several_denials_are_answered_together():
    second = DENIAL.replace("GetObject", "PutObject")

    found = run(*python(f"import sys; print({second!r}); sys.exit({DENIAL!r})"))

    assert "for denial 1, 2" in found.stderr.decode()


@pytest.mark.parametrize(
    "program",
    [f"print({DENIAL!r})", "exit('No such file or directory')", "exit('An error occurred (ExpiredToken): expired')"],
    ids=["success", "failure", "look-alike"],
)
def test_nothing_is_explained_where_nothing_failed_by_a_denial(program):
    found = run(*python(program))

    assert b"kb/causes" not in found.stderr


def test_what_is_known_is_told_by_options(tmp_path):
    (tmp_path / "facts.json").write_text('{"principal": {"identity_policies": [], "permissions_boundary": null}}')

    found = run(*python(f"exit({DENIAL!r})"), options=("--facts", tmp_path / "facts.json", "--json"))

    assert b'"certainty": "reported"' in found.stderr or b'"certainty": "proven"' in found.stderr


def test_facts_that_cannot_be_read_are_told_before_anything_is_run(tmp_path):
    found = run("touch", tmp_path / "made", options=("--facts", tmp_path / "nothing.json"))

    assert (found.returncode, (tmp_path / "made").exists()) == (2, False)


def test_facts_that_make_no_sense_do_not_hide_the_status(tmp_path):
    (tmp_path / "facts.json").write_text('{"principal": 1}')

    found = run(
        *python(f"import sys; print({DENIAL!r}, file=sys.stderr); exit(9)"),
        options=("--facts", tmp_path / "facts.json"),
    )

    assert found.returncode == 9
    assert found.stderr.decode().endswith("whydenied: `/facts/principal`: not an object\n")


def test_options_of_the_command_are_its_own():
    assert run(*python("import sys; print(sys.argv[1:])"), "--json", "--help").stdout == b"['--json', '--help']\n"


@pytest.mark.parametrize(("command", "status"), [("no-such-command-here", 127), ("/etc/passwd", 126)])
def test_a_command_that_cannot_be_started_ends_as_in_a_shell(command, status):
    found = run(command)

    assert (found.returncode, found.stdout) == (status, b"")
    assert found.stderr.startswith(f"whydenied: `{command}`: ".encode())


def test_a_command_ended_by_a_signal_ends_as_in_a_shell():
    assert run(*python("import os; os.kill(os.getpid(), 9)")).returncode == 128 + signal.SIGKILL


def _waiting(name: str, *, status: int) -> str:
    return (
        f"import signal, sys; signal.signal(signal.{name}, lambda *_: sys.exit({status}));"
        " print('up', flush=True); signal.pause()"
    )


def test_termination_is_passed_on_to_the_command():
    command = [*WHYDENIED, "run", "--", *python(_waiting("SIGTERM", status=5))]

    with subprocess.Popen(command, stdout=subprocess.PIPE) as started:
        assert started.stdout.readline() == b"up\n"
        started.terminate()

    assert started.returncode == 5


def test_an_interruption_is_the_commands_to_handle():
    command = [*WHYDENIED, "run", "--", *python(_waiting("SIGINT", status=6))]

    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as started:
        assert started.stdout.readline() == b"up\n"
        os.killpg(started.pid, signal.SIGINT)

    assert started.returncode == 6


def test_a_background_process_that_keeps_the_streams_open_is_not_waited_for():
    waiting = "[sys.executable, '-c', 'import sys; sys.stdin.read()']"
    program = f"import subprocess, sys; subprocess.Popen({waiting}, stdin=sys.stdin)"
    command = [*WHYDENIED, "run", "--", *python(program)]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.wait(timeout=30) == 0


def test_nothing_of_the_service_is_loaded_before_the_command_runs():
    listed = "import sys; from service.cli import main; sys.argv[1:] = ['run', '--', 'true']\n"
    listed += "try: main()\nexcept SystemExit: print(*sys.modules)"

    found = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)

    assert {"flask", "sqlalchemy", "marshmallow", "rich", "rules", "iam"} & set(found.stdout.split()) == set()


def test_much_output_is_passed_whole_and_its_end_explained():
    program = f"import sys; sys.stderr.write('x' * 5_000_000 + '\\n'); sys.exit({DENIAL!r})"

    found = run(*python(program))

    assert found.stderr.startswith(b"x" * 5_000_000 + b"\n" + DENIAL.encode())
    assert b"/kb/causes/identity-no-allow/" in found.stderr


def test_a_terminal_stays_a_terminal():
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (33, 99))
    program = "import os, sys; print(sys.stdout.isatty(), sys.stderr.isatty(), os.get_terminal_size())"

    finished = subprocess.run(
        [*WHYDENIED, "run", "--", *python(program)], stdout=slave, stderr=subprocess.PIPE, check=False
    )

    os.close(slave)
    shown = os.read(master, 4096)
    os.close(master)
    assert finished.returncode == 0
    assert shown == b"True False os.terminal_size(columns=99, lines=33)\r\n"


def test_a_reader_that_leaves_ends_the_command():
    program = "import sys\nwhile True: sys.stdout.write('y\\n')"

    with subprocess.Popen(
        [*WHYDENIED, "run", "--", *python(program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as started:
        started.stdout.readline()
        started.stdout.close()
        assert started.wait(timeout=30) != 0
