"""What every scenario has: a cluster with the images on it, a namespace of its own, and a row in the table."""

import pytest
from cluster import images, results
from cluster.faults import Faults
from cluster.kube import Api, need_cluster
from cluster.person import Person
from cluster.scenario import Scenario
from cluster.volumes import recycle

rows = []


def pytest_configure(config):
    config.addinivalue_line("markers", "basic: runs on one node and in CI")
    config.addinivalue_line("markers", "nodes(n): needs so many nodes")


@pytest.fixture(scope="session")
def api():
    need_cluster()
    found = Api()
    yield found
    found.close()


@pytest.fixture(scope="session")
def nodes(api):
    return sorted(node["metadata"]["name"] for node in api.list("nodes"))


@pytest.fixture(scope="session")
def loaded(api):
    """Why an image is missing, or None."""
    return images.bring()


@pytest.fixture(scope="session")
def faults(api, loaded):
    return Faults(api)


@pytest.fixture
def measured():
    """What the test fills for the table."""
    return {}


@pytest.fixture
def scenario(request, api, loaded, measured):
    if (mark := request.node.get_closest_marker("nodes")) and len(api.list("nodes")) < mark.args[0]:
        pytest.skip(f"needs {mark.args[0]} nodes")
    recycle(api)
    found = Scenario(api, request.node.name.removeprefix("test_").replace("[", "-").rstrip("]"))
    yield found
    found.close()


@pytest.fixture
def person(scenario, tmp_path):
    return Person(tmp_path, scenario.namespace)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if "scenario" not in item.fixturenames or (report.when != "call" and report.outcome == "passed"):
        return
    why = ""
    if report.skipped:
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    elif report.failed:
        why = str(call.excinfo.value).splitlines()[0][:300] if call.excinfo else "failed"
    rows.append({
        "name": item.name.removeprefix("test_"),
        "outcome": report.outcome,
        "seconds": call.duration,
        "measured": dict(item.funcargs.get("measured", {})),
        "why": why,
    })


def pytest_terminal_summary(terminalreporter):
    if rows:
        path = results.write(rows)
        terminalreporter.section(f"scenarios ({path.relative_to(path.parents[2])})")
        terminalreporter.write(path.read_text())
