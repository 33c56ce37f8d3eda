"""Offices in between, and large installations."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from domain.batches import Batch
from domain.errors import ZhengheError
from domain.way import BatchState
from review.handover_of_batch import (
    HandoverImportedBeforeError,
    import_package,
)
from review.pass_on import accept, pass_on, send_back
from tests.unit.review.handover_of_batch.networks import (
    CITY,
    COUNTY,
    PROVINCE,
    TREES,
    Network,
    mend,
    open_network,
    passed_batch,
    prepare_network,
    row_of,
)


class TestThreeNetworks:
    """County, city and province, each on its own."""

    def test_up_to_the_province_and_all_the_way_back(self, networks: Callable[[str], Network]) -> None:
        """The city is in between: it passes on what it took in, and hands down what comes back."""
        county, city, province = (networks(code) for code in (COUNTY, CITY, PROVINCE))
        sent = passed_batch(county)
        at_city = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        city.bureau.do("city.supervisor", accept, at_city.id)
        city.bureau.do("city.supervisor", pass_on, at_city.id)
        at_province = province.take(city.export("city.supervisor", at_city.id), "province.supervisor")
        assert province.values(at_province.id) == county.values(sent.id)
        with province.bureau.store("province.verifier") as store:
            (made,) = store.decisions.history(row_of(province, at_province, 5).id)
            told = store.packages.of_batch(at_province.id)[0].told
        assert (made.decided_by, made.office) == ("county.verifier", COUNTY)
        assert province.files.exists(str(made.seen["crops"][0]))  # type: ignore[index]  # a list
        assert [step["office"]["code"] for step in told["history"]] == [COUNTY, COUNTY, CITY, CITY]
        assert told["gates"]

        row = row_of(province, at_province, 7)
        province.bureau.do("province.supervisor", send_back, at_province.id, "", {row.id: "请核"})
        back = city.take(province.export("province.supervisor", at_province.id), "city.supervisor")
        assert (back.id, back.state, back.holder_id) == (
            at_city.id,
            BatchState.SENT_BACK,
            city.bureau.offices[CITY].id,
        )
        city.bureau.do("city.supervisor", send_back, at_city.id, "省里退回")
        home = county.take(city.export("city.supervisor", at_city.id), "county.supervisor")
        assert home.state is BatchState.SENT_BACK
        with county.bureau.store("county.verifier") as store:
            *_, made = store.decisions.history(row_of(county, sent, 7).id)
        assert (made.reason, made.office) == ("请核", PROVINCE)

        mend(county, sent)
        again = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        city.bureau.do("city.supervisor", accept, again.id)
        city.bureau.do("city.supervisor", pass_on, again.id)
        last = province.take(city.export("city.supervisor", again.id), "province.supervisor")
        assert (last.id, last.state) == (at_province.id, BatchState.PASSED)
        assert province.changes(last, "province.verifier")[0] == "第 7 行张玮：姓名由“张炜”改为“张伟”。"

    def test_a_large_installation_takes_it_in_as_well(
        self, county: Network, postgres_url: str, tmp_path: Path
    ) -> None:
        """The city works on PostgreSQL; two people put the same disk in at the same time."""
        prepare_network(postgres_url, TREES[CITY])
        (tmp_path / "city").mkdir()
        city = open_network(postgres_url, tmp_path / "city")
        city.bureau.clock.advance(hours=1)
        sent = passed_batch(county)
        path = county.export("county.supervisor", sent.id)

        def take(place: str) -> Batch | ZhengheError:
            work = tmp_path / place
            work.mkdir()
            try:
                return import_package(
                    city.bureau.database,
                    city.bureau.actors["city.supervisor"],
                    city.files,
                    path,
                    work_dir=work,
                )
            except ZhengheError as error:
                return error

        with ThreadPoolExecutor(2) as people:
            taken = list(people.map(take, ("left", "right")))
        (batch,) = (one for one in taken if isinstance(one, Batch))
        (refused,) = (one for one in taken if not isinstance(one, Batch))
        assert isinstance(refused, HandoverImportedBeforeError)
        assert city.values(batch.id) == county.values(sent.id)
        row = row_of(city, batch, 7)
        city.bureau.do("city.supervisor", send_back, batch.id, "", {row.id: "请核"})
        county.take(city.export("city.supervisor", batch.id), "county.supervisor")
        mend(county, sent)
        again = city.take(county.export("county.supervisor", sent.id), "city.supervisor")
        assert again.id == batch.id
        assert city.changes(again, "city.verifier")
        city.bureau.close()
