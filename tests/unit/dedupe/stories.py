"""Invented news texts for the tests of de-duplication."""

from __future__ import annotations

HARBOUR_TITLE = "Council approves new harbour bridge after long debate"
HARBOUR = (
    "The council of Port Amery voted on Tuesday to build a second bridge across the inner harbour, "
    "ending a debate that has divided residents since the old crossing was closed to lorries in 2019. "
    "Mayor Lena Ostrow said work would begin in the spring and cost 48 million crowns, of which the "
    "province pays half. Shopkeepers along the quay had asked for a tunnel instead, arguing that two "
    "years of building would drive customers away. Engineers told the meeting that the clay under the "
    "basin was too soft for a tunnel. The first cars are expected to cross in the autumn of 2028."
)
HARBOUR_MORE = (
    " Opponents announced that they would take the decision to the administrative court before the end "
    "of the month. Their lawyer, Petra Hollin, said the traffic forecast behind the plan was out of date "
    "and that noise along the eastern embankment had never been measured. The court usually needs three "
    "months for such a case."
)
WHEAT_TITLE = "Farmers expect poor wheat harvest in the south"
WHEAT = (
    "Farmers in the southern plains expect the smallest wheat harvest in a decade after a dry winter and "
    "late frost, the growers' union said. Yields in the districts of Marrow and Tillen could fall by a "
    "third, and mills have begun to buy grain abroad. The ministry of agriculture promised loans without "
    "interest for holdings that lost more than half of their crop, but the union called the offer too "
    "small. Bread prices have risen four times since January, and bakers warn of another increase before "
    "the summer. Rain is forecast for the weekend, too late for most of the fields."
)
JISR_TITLE = "مجلس مدينة الرملة الجديدة يقر بناء جسر ثان فوق الميناء"
JISR = (
    "أقر مجلس مدينة الرملة الجديدة مساء الثلاثاء بناء جسر ثان فوق حوض الميناء القديم بعد جدل طويل بين "
    "السكان وأصحاب المتاجر، وقالت رئيسة المجلس ليلى الحداد إن العمل سيبدأ في الربيع المقبل بكلفة تبلغ 48 "
    "مليون دينار تدفع المحافظة نصفها. وكان التجار قد طالبوا بحفر نفق بدلا من الجسر خشية أن تبعد أعمال "
    "البناء الزبائن عن محالهم عامين كاملين، غير أن المهندسين أكدوا أن التربة الطينية تحت الحوض لا تحتمل "
    "النفق. ومن المتوقع أن تعبر أولى السيارات الجسر في خريف عام 2028، فيما أعلن معارضون نيتهم الطعن في "
    "القرار أمام المحكمة الإدارية قبل نهاية الشهر."
)


def edited(text: str, *changes: tuple[str, str]) -> str:
    """Return a text as another desk printed it; each change must apply."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text
