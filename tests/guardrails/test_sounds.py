"""Names in two writings are the same name, and other names are not."""

from __future__ import annotations

import pytest

from guardrails.sounds import is_heard, sounds_like

SAME = [
    ("Ivan Petrov", "Иван Петров"),
    ("Ivan Petrov", "Обращайтесь к Ивану Петрову."),
    ("Maria Nowak", "Мария Новак"),
    ("Jürgen Müller", "Юрген Мюллер"),
    ("Eleni Papadopoulou", "Ελένη Παπαδοπούλου"),
    ("David Cohen", "דוד כהן"),
    ("Karim Haddad", "اتصل بالسيد كريم حداد"),
    ("Anita Sharma", "अनीता शर्मा से संपर्क करें"),
    ("John Smith", "ジョン・スミス"),
    ("Kowalska", "コワルスカ"),
    ("Classic", "クラシック運賃には23kgの受託手荷物1個が加わります。"),
    ("Standard", "スタンダードプラン"),
    ("Silver", "シルバー"),
    ("Premium", "بريميوم"),
    ("Premium", "พรีเมียม"),
    ("Max", "에어 맥스는 45m²까지 사용할 수 있습니다."),
    ("Wei Wang", "请联系王伟。"),
    ("Wang Xiaoming", "請聯絡王小明"),
    ("Kim Min-su", "담당자는 김민수입니다."),
    ("Иван Петров", "Write to Ivan Petrov."),
    ("ジョン・スミス", "Ask John Smith."),
]
OTHERS = [
    ("Peter Miller", "Иван Петров"),
    ("Anna Schmidt", "請聯絡王小明"),
    ("Standard", "الاسترداد"),
    ("Business", "スタンダード"),
    ("Maria Petrov", "Иван Петров"),
    ("Ana", "انا"),
    ("Sara Haddad", "كريم حداد"),
    ("Wei Li", "请联系王伟。"),
    ("Joan Baptiste", "ジョン・スミス"),
    ("Ivan Petrov", "Ivan Petrov"),  # what is in one writing is looked for elsewhere
    ("Ivan Петров", "Иван Petrov"),
    ("Иван Петров", "write to us if an petrol pump leaks"),
    ("", "Иван"),
]


@pytest.mark.parametrize(("name", "text"), SAME)
def test_a_name_is_heard_in_another_writing(name: str, text: str) -> None:
    assert is_heard(name, text)


@pytest.mark.parametrize(("name", "text"), OTHERS)
def test_another_name_is_not(name: str, text: str) -> None:
    assert not is_heard(name, text)


def test_names_of_the_same_people_find_each_other_alone() -> None:
    people = {"Dmitri": "Дмитрий", "Svetlana": "Светлана", "Kenneth": "ケネス", "Priyanka": "प्रियंका", "Samira": "سميرة"}
    people |= {"Barbara": "바바라", "Alexandros": "Αλέξανδρος", "Shoshana": "שושנה", "Catherine": "キャサリン"}
    heard = {(name, word) for name in people for word in people.values() if sounds_like(name, word)}
    assert heard == set(people.items())
