"""Whatever is done to one of a thousand records is found, and found where it was done."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.audit.record import Head
from tests.app.audit.chains import KEY, Chain, open_sessions, write_records

RECORDS, TRIALS = 1_000, 100
Attack = Callable[[Chain, random.Random], int]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """A thousand records over a week, read from a real database."""
    sessions, _trail = open_sessions(tmp_path_factory.mktemp("audit"))
    write_records(sessions, RECORDS)
    found = Chain.read(sessions)
    sessions.close()
    return found


def alter(chain: Chain, chance: random.Random) -> int:
    place = chance.randrange(RECORDS)
    record = chain.records[place]
    other = chance.choice(
        [
            replace(record, actor="account:nobody"),
            replace(record, at=record.at.replace("2026", "2025")),
            replace(record, action="ticket.changed"),
            replace(record, subject="ticket:other"),
            replace(record, details='{"place":0}'),
            replace(record, hash=f"{record.hash[:-1]}{'0' if record.hash[-1] != '0' else '1'}"),
            replace(record, signature=KEY.sign("head", record.hash)),
        ]
    )
    chain.records[place] = other
    if chance.random() < 0.3 and other.content_hash() != record.hash:
        chain.chain_anew(place)
    return place + 1


def delete(chain: Chain, chance: random.Random) -> int:
    place = chance.randrange(RECORDS)
    del chain.records[place]
    how = chance.randrange(3)
    if how > 0:
        chain.number_anew()
    if how > 1 and place < RECORDS - 1:
        chain.chain_anew(place)
    return place + 1


def insert(chain: Chain, chance: random.Random) -> int:
    place = chance.randrange(1, RECORDS)
    forged = chance.choice([chain.records[place], chance.choice(chain.records)])
    chain.records.insert(place, replace(forged, actor="account:nobody", previous=chain.records[place - 1].hash))
    chain.number_anew()
    if chance.random() < 0.5:
        chain.records[place] = replace(chain.records[place], hash=chain.records[place].content_hash())
    if chance.random() < 0.3:
        chain.chain_anew(place)
    return place + 1


def swap(chain: Chain, chance: random.Random) -> int:
    first, second = sorted(chance.sample(range(RECORDS), 2))
    if chance.random() < 0.3:
        second = min(first + 1, RECORDS - 1)
        first = second - 1
    some = chain.records
    some[first], some[second] = some[second], some[first]
    chain.number_anew()
    if chance.random() < 0.3:
        chain.chain_anew(first)
    return first + 1


def truncate(chain: Chain, chance: random.Random) -> int:
    kept = chance.randrange(RECORDS)
    del chain.records[kept:]
    last = chain.records[-1] if chain.records else None
    how = chance.randrange(3)
    if how == 1 and last is not None:  # with the end put back, as well as one can without the key
        chain.head = Head(kept, last.hash, last.day, chain.head.signature if chain.head else "")
    if how == 2 and last is not None:  # and with the seals of the time after
        chain.head = Head(kept, last.hash, last.day, KEY.sign("record", last.hash))
        chain.seals = [seal for seal in chain.seals if seal.count <= kept]
    return kept + 1


@pytest.mark.parametrize("attack", [alter, delete, insert, swap, truncate], ids=lambda attack: str(attack.__name__))
def test_what_is_done_to_one_of_a_thousand_records_is_found_where_it_was_done(chain: Chain, attack: Attack) -> None:
    missed: list[tuple[int, int, int]] = []
    for trial in range(TRIALS):
        attacked = chain.copy()
        expected = attack(attacked, random.Random(trial))  # the same attacks each time
        if (found := attacked.place()) != expected:
            missed.append((trial, expected, found))
    assert missed == []


def test_an_audit_that_nobody_touched_is_sound(chain: Chain) -> None:
    verdict = chain.verdict()
    assert verdict.is_sound and verdict.records == RECORDS
    assert verdict.seals == len({record.day for record in chain.records}) - 1  # the last day is not over


def test_two_records_that_were_exchanged_are_told_from_two_that_were_altered(chain: Chain) -> None:
    attacked = chain.copy()
    attacked.records[99], attacked.records[499] = attacked.records[499], attacked.records[99]
    attacked.number_anew()
    faults = attacked.verdict().faults
    assert [(each.what, each.number) for each in faults] == [("moved", 100), ("moved", 500)]
    assert "it was record 500" in faults[0].said


@pytest.mark.parametrize(("at", "what"), [(0, "removed"), (500, "removed"), (999, "truncated")])
def test_a_record_that_is_gone_is_called_so_though_no_number_is_missing(chain: Chain, at: int, what: str) -> None:
    attacked = chain.copy()
    del attacked.records[at]
    attacked.number_anew()
    assert (attacked.verdict().faults[0].what, attacked.place()) == (what, at + 1)


def test_a_copy_of_a_record_behind_itself_is_found(chain: Chain) -> None:
    attacked = chain.copy()
    attacked.records.insert(300, attacked.records[299])
    attacked.number_anew()
    fault = attacked.verdict().faults[0]
    assert (fault.what, fault.number) == ("inserted", 301)


def test_a_record_put_behind_the_end_is_found(chain: Chain) -> None:
    attacked = chain.copy()
    last = attacked.records[-1]
    forged = replace(last, number=RECORDS + 1, previous=last.hash)
    attacked.records.append(replace(forged, hash=forged.content_hash()))
    assert attacked.place() == RECORDS + 1


def test_an_earlier_state_put_back_whole_is_found_by_the_seals_outside_alone(chain: Chain, tmp_path: Path) -> None:
    """With the end as it was then and without the later seals, nothing inside can tell."""
    sessions, trail = open_sessions(tmp_path / "home", minutes=60, outside=tmp_path / "elsewhere" / "seals.jsonl")
    write_records(sessions, 30)
    then = Chain.read(sessions)
    write_records(sessions, 30)
    assert then.verdict().is_sound
    from app.audit.sealed_outside import published

    assert trail.seals_outside is not None
    then.outside = published(trail.seals_outside)
    fault = then.verdict().faults[0]
    assert (fault.what, fault.number) == ("truncated", 31)
    sessions.close()


def test_a_seal_that_was_changed_is_found(chain: Chain) -> None:
    attacked = chain.copy()
    seal = attacked.seals[2]
    attacked.seals[2] = replace(seal, hash=attacked.records[5].hash)
    fault = attacked.verdict().faults[0]
    assert (fault.what, fault.number, fault.day) == ("seal", seal.count, seal.day)
