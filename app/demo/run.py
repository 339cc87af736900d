"""How does the demonstration go? Start, fill, replay, show, refer, and either end (check) or keep serving."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen

from app.client.failure import ClientError
from app.demo import clearance, curl_check, curl_lines, history, outcome, overview, pages, papers, people, planted, posting, referring
from app.demo.asking import Api
from app.demo.failure import DemoFailed
from app.demo.home import DEFAULT, fresh_home
from app.demo.receiver import Receiver, receiving
from app.demo.samples import generated_evening, real_tills
from app.demo.screen import Screen
from app.demo.service import HOST, listening_port, serving, tail
from app.referral.sign import load_or_create
from app.settings import Settings


def run(check: bool, home: Path | None, port: int) -> int:
    """The whole demonstration; 0 if everything held, 1 if red lines say what did not.

    check: try the curl lines and end, on a free port if `port` is taken; else serve until Ctrl-C. home: default ./var/demo.
    """
    screen, began = Screen(), time.monotonic()
    place = (home or DEFAULT).absolute()
    try:
        with fresh_home(place), receiving() as receiver, ExitStack() as stack:
            service = _through(screen, place, listening_port(port, may_move=check), receiver, stack, check)
            _closing_words(screen, time.monotonic() - began)
            if not check:
                screen.say("serving until Ctrl-C")
                raise DemoFailed(f"the service ended by itself with {service.wait()}")
    except KeyboardInterrupt:
        screen.say("ended")
    except (DemoFailed, ClientError) as error:
        screen.failures.append(str(error))
        screen.fail(str(error))
        screen.say(tail(place), "dim")
    return 1 if screen.failures else 0


def _through(screen: Screen, home: Path, port: int, receiver: Receiver, stack: ExitStack, check: bool) -> Popen[bytes]:
    url = f"http://{HOST}:{port}"
    screen.heading("1 · samples, keys, history")
    samples = [generated_evening(home / "evening"), real_tills(home / "tills")]
    admin = people.first_admin(Settings(home=home))
    history.load(Settings(home=home), samples, screen)
    public_key = load_or_create(people.key_file(home))[0].public
    service = stack.enter_context(serving(home, url, _settings(home, port, url, receiver)))
    screen.say(f"serving {url}, everything written lies in {home}")
    everyone = people.everyone(url, admin, screen)
    screen.heading("2 · what is known of sellers, products and costs")
    papers.enter(url, everyone, samples, screen)
    screen.heading("3 · replay over HTTP")
    posted = [posting.post(url, everyone, sample) for sample in samples]
    posting.show(posted, screen)
    evening, tills = (outcome.read_outcome(url, everyone.analyst, sample) for sample in samples)
    screen.heading("4 · what was found")
    overview.show([evening, tills], screen)
    with Api(url, everyone.analyst) as analyst:
        cleared = clearance.show(tills, screen)
        clearance.show_defence(tills, cleared, analyst, screen)
        loss, sale = planted.show(evening, analyst, screen)
    screen.heading("5 · one referral")
    referral = referring.refer(url, everyone, evening, loss, screen)
    referring.show_delivery(url, everyone, receiver, referral, public_key, screen)
    screen.heading("6 · to look at and to try")
    _to_try(screen, pages.addresses(url, loss, sale, cleared), curl_lines.lines(url, everyone.sandbox), check)
    return service


def _settings(home: Path, port: int, url: str, receiver: Receiver) -> dict[str, str]:
    opened = {"referral_url": receiver.url, "referral_allow_loopback": "true", "console_open": "true"}
    return {"home": str(home), "host": HOST, "port": str(port), "public_url": url, "log_level": "WARNING", **opened}


def _to_try(screen: Screen, places: list[tuple[str, str]], lines: curl_lines.Lines, check: bool) -> None:
    for number, (what, address) in enumerate(places, start=1):
        screen.say(f"({number}) {what}", "bold")
        screen.say(address)
    screen.say(
        f"({len(places) + 1}) in one shell: a sale under the seller's own cost (L3 within two seconds), its cancellation (L0)", "bold"
    )
    screen.say(lines.sale)
    screen.say(lines.cancelled)
    screen.say("what the service says, after either of them:", "bold")
    screen.say(lines.read)
    pages.check(places, screen)
    if check:
        curl_check.check(lines, screen)


def _closing_words(screen: Screen, seconds: float) -> None:
    screen.console.print()
    screen.say("Indikasi statistik, bukan putusan / statistical indication, not a finding of law")
    if screen.failures:
        screen.fail(f"{len(screen.failures)} of the expectations did not hold, after {seconds:.0f} s:")
        for line in screen.failures:
            screen.fail(line)
    else:
        screen.say(f"everything held, in {seconds:.0f} s", "bold green")
