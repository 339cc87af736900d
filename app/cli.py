"""What does `kawal` do? Every command with its options; the work itself is done in the rooms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from typer.core import TyperGroup

from app import __version__
from app.cli_evaluate import evaluate
from app.cli_frame import Home, fail, now_us, out, settings_of
from app.cli_keys import keys_app
from app.cli_model import model_app


class Plain(TyperGroup):
    """A mistake that a person can put right is said in one line, with exit code 2; anything else keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except typer.BadParameter as error:
            fail(error.format_message())
        except Exception as error:
            from app.training.mistakes import words  # late as everything here: --help must be quick

            if (said := words(error)) is None:
                raise
            fail(said)


app = typer.Typer(
    name="kawal",
    cls=Plain,
    help="Kawal Harga: keeps watch over prices in live commerce. Statistical indications, never findings of law.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(evaluate)
app.add_typer(keys_app, name="keys")
app.add_typer(model_app, name="model")
EventFile = typer.Argument(exists=True, dir_okay=False, help="NDJSON or JSON array files, plain or gzip, in the order to be sent.")


def main() -> None:
    """Entry point of the `kawal` command."""
    app()


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False) -> None:
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port; default 8000.")] = None,
    role: Annotated[str | None, typer.Option(help="all | edge | detector | courier: which part of the line this process works.")] = None,
    console_open: Annotated[bool, typer.Option("--console-open", help="Console without a key; refused unless host is loopback.")] = False,
) -> None:
    """Take events, judge them, answer questions, deliver referrals. Ctrl-C or SIGTERM ends it cleanly."""
    from app.serving import run_server

    run_server(settings_of(home, host=host, port=port, role=role, console_open=console_open or None))


@app.command()
def replay(
    files: Annotated[list[Path], EventFile],
    to: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8000",
    key: Annotated[str, typer.Option(envvar="KAWAL_KEY", help="A platform's key (or KAWAL_KEY).")] = "",
    batch: Annotated[int, typer.Option(min=1, max=200_000, help="Events per request.")] = 5000,
    speed: Annotated[float | None, typer.Option(min=0.001, help="1: as it happened; 10: ten times faster; unset: at once.")] = None,
    repeat: Annotated[bool, typer.Option(help="Post prices in force again every five minutes, as a live sender does.")] = True,
    seal: Annotated[bool, typer.Option(help="End with a heartbeat at 02:00 after the last day, so that the day is sealed.")] = False,
    resume: Annotated[Path | None, typer.Option(help="File that keeps how far the replay is; given again it goes on there.")] = None,
    progress: Annotated[bool, typer.Option(help="Show a progress bar.")] = True,
) -> None:
    """Post files of events to a running service, with a progress bar; safe to interrupt and resume."""
    from app.client import replay as sending

    summary = sending.replay(files, to=to, key=key, batch=batch, speed=speed, repeat=repeat, seal=seal, resume=resume, progress=progress)
    print(json.dumps(summary.as_json(), indent=2, default=str))
    if not summary.complete:
        raise typer.Exit(130)
    if summary.rejected and not (summary.accepted or summary.repeated):
        fail(f"every event was rejected: {next(iter(summary.reasons))}")


@app.command()
def score(
    files: Annotated[list[Path], EventFile],
    to: Annotated[Path, typer.Option("--out", help="Parquet (or .csv) with one row per pair.")] = Path("scores.parquet"),
    platform: Annotated[
        list[str] | None, typer.Option(help="Platforms of the events, default first; unset: the home's, else local.")
    ] = None,
    home: Home = None,
    tables: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Reference CSVs and history.parquet to judge with.")
    ] = None,
    accept_costs: Annotated[bool, typer.Option("--accept-costs", help="Treat claimed unit costs as documented (evaluation only).")] = False,
    progress: Annotated[bool, typer.Option(help="Show a progress bar.")] = True,
) -> None:
    """Judge files offline by the service's own line, under the configuration and sealed days of a home."""
    from app.training.score_command import run_score, write_scores

    settings = settings_of(home)
    frame, summary = run_score(files, tuple(platform or ()), settings, now_us, tables, accept_costs=accept_costs, progress=progress)
    write_scores(frame, to)
    print(f"{summary.accepted} of {summary.sent} events, {frame.height} pairs -> {to}")


@app.command()
def train(
    data: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="With recipe.toml or figures*.parquet; default data/training.")
    ] = None,
    models: Annotated[Path | None, typer.Option(help="Folder of models; default KAWAL_MODELS_DIR or models.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the forest; one seed, one model id.")] = 7,
    from_log: Annotated[bool, typer.Option("--from-log", help="Learn from the sealed days of the home's own log, with verdicts.")] = False,
    home: Home = None,
    progress: Annotated[bool, typer.Option(help="Show a progress bar.")] = True,
) -> None:
    """Fit the forest on earlier sessions, calibrate it on later whole ones, write model, manifest and card."""
    from app.training.train_command import run, run_from_log

    settings = settings_of(home)
    target = models or settings.models_dir
    if from_log and data is not None:
        fail("--data and --from-log are two ways to learn: give one")
    if from_log:
        folder = run_from_log(target, seed, settings, now_us, print, progress=progress)
    else:
        folder = run(data or settings.data_dir / "training", target, seed, settings, now_us, print, progress=progress)
    print(f"model -> {folder}")


@app.command("load-history")
def load_history(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, help="One parquet of daily summaries, or files of past events (NDJSON, gzip)."),
    ],
    platform: Annotated[str, typer.Option(help="Platform whose days these are.")],
    home: Home = None,
    progress: Annotated[bool, typer.Option(help="Show a progress bar.")] = True,
) -> None:
    """Load earlier days, so that baselines are warm from the first event; from events the calibration too. Nothing is judged."""
    from app.runtime import open_log, open_store
    from app.training.history_command import run_load

    settings = settings_of(home)
    engine, log = open_store(settings), open_log(settings)
    try:
        print(run_load(engine, log, files, platform, settings, progress=progress))
    finally:
        log.close()
        engine.dispose()


@app.command()
def migrate(home: Home = None) -> None:
    """Bring the store to the newest schema (done by serve as well)."""
    from app.runtime import open_store
    from app.store.migrate import current

    engine = open_store(settings_of(home))
    print(f"schema {current(engine)}")


@app.command()
def platform(
    name: Annotated[str, typer.Argument(help="The platform, as its keys name it.")],
    lateness_seconds: Annotated[int, typer.Option(min=0, max=3600, help="How long panes wait for stragglers (C2).")] = 60,
    utc_offset_hours: Annotated[int, typer.Option(min=-12, max=14, help="Where its days begin; 7 is Asia/Jakarta (C5).")] = 7,
    home: Home = None,
) -> None:
    """Set a platform's clock; it governs the panes that close after the change."""
    from app.runtime import set_clock

    out.print(f"configuration {set_clock(settings_of(home), name, lateness_seconds, utc_offset_hours)}")


@app.command()
def demo(
    check: Annotated[bool, typer.Option("--check", help="End after verifying, with exit code 0 or 1.")] = False,
    home: Annotated[Path | None, typer.Option(help="Folder of the demo, made anew at each start; default ./var/demo.")] = None,
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8000,
) -> None:
    """Start a service of its own, replay a generated evening and real till ticks, verify what it says, keep serving."""
    from app.demo.run import run

    raise typer.Exit(run(check=check, home=home, port=port))


@app.command()
def bench(
    name: Annotated[
        str, typer.Argument(help="line: door to committed finals; ingest: HTTP to the durable log; scoring: windows to scores.")
    ] = "line",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure on this machine; ratios are to something run beside it."""
    from app.demo.bench import BENCHES

    if name not in BENCHES:
        fail(f"no bench {name!r}; there are: {', '.join(BENCHES)}")
    figures = BENCHES[name]()
    if as_json:
        print(json.dumps(figures))
        return
    table = Table("figure", "value")
    for figure, value in figures.items():
        table.add_row(figure, str(value))
    out.print(table)


@app.command()
def docs(folder: Annotated[Path, typer.Argument(help="Folder to write to.")] = Path("docs")) -> None:
    """Write docs/settings.md, docs/cli.md and docs/openapi.json from the code."""
    from app.demo.reference_docs import write_docs

    for path in write_docs(folder, app):
        print(path)
