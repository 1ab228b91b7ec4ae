"""The logs of what is no trade: sets made and undone, redemptions, conversions, transfers, money, and verdicts."""

from collections.abc import Iterator

from fakemarket.world.catalog import Catalog
from fakemarket.world.chain import logs
from fakemarket.world.chain.logs import Log
from fakemarket.world.chain.trade_logs import ledger_of
from fakemarket.world.money import ONE
from fakemarket.world.tokens import Market
from fakemarket.world.trades import ActivityRow

BRIDGE = "0x" + "b1" * 20
USDC_E = "0x2791bca1f2de4661ed88a30c99a7a9449aa84174"


def activity_logs(row: ActivityRow, catalog: Catalog) -> list[Log]:
    """Give the logs of one row of activity; money that only comes or goes is a transfer with the bridge."""
    if row.kind == "TRANSFER_OUT":
        return _handed_over(row, catalog)
    market = catalog.market(row.condition) if row.condition else None
    if market is None:
        ends = (row.wallet, BRIDGE) if row.kind == "WITHDRAWAL" else (BRIDGE, row.wallet)
        return [logs.pusd_moved(*ends, row.cash)]
    match row.kind:
        case "SPLIT" | "MERGE":
            return list(_pairs(row, market))
        case "REDEEM":
            return list(_redeemed(row, market))
        case "CONVERSION":
            return list(_converted(row, market, catalog))
        case _:
            return []


def _handed_over(row: ActivityRow, catalog: Catalog) -> list[Log]:
    market = catalog.of_token(row.token)
    if market is None:
        return []
    ends = (row.wallet, row.counterparty)
    return [logs.token_moved(ledger_of(market), row.wallet, ends, row.token, row.size)]


def _pairs(row: ActivityRow, market: Market) -> Iterator[Log]:
    """A full set made or undone: through an adapter in the first version, straight in the second."""
    amounts, ledger = dict.fromkeys(market.tokens, row.size), ledger_of(market)
    middle = _middle(market)
    made = row.kind == "SPLIT"
    yield logs.pusd_moved(*((row.wallet, middle) if made else (logs.NOBODY, row.wallet)), row.size)
    if market.version == "v2":
        ends = (logs.NOBODY, row.wallet) if made else (row.wallet, logs.NOBODY)
        yield logs.set_moved(ledger, middle, ends, amounts)
        yield _second_version_pairs(row, market)
        return
    steps = ((logs.NOBODY, middle), (middle, row.wallet)) if made else ((row.wallet, middle), (middle, logs.NOBODY))
    for ends in steps:
        yield logs.set_moved(ledger, middle, ends, amounts)
    topic = logs.POSITION_SPLIT if made else logs.POSITIONS_MERGE
    topics = (topic, logs.topic_of(middle), logs.ZERO, market.condition)
    yield Log(address=ledger, topics=topics, data=logs.data_of(USDC_E, 96, row.size, 2, 1, 2))


def _second_version_pairs(row: ActivityRow, market: Market) -> Log:
    wallet = logs.topic_of(row.wallet)
    if row.kind == "SPLIT":
        topics = (logs.POSITIONS_SPLIT_V2, wallet, market.condition, wallet)
        return Log(address=_module(market), topics=topics, data=logs.data_of(row.wallet, row.size))
    merged = (logs.POSITIONS_MERGED_V2, wallet, market.condition, wallet)
    return Log(address=_module(market), topics=merged, data=logs.data_of(row.size))


def _redeemed(row: ActivityRow, market: Market) -> Iterator[Log]:
    ledger, middle = ledger_of(market), _middle(market)
    if market.version == "v2":
        wallet = logs.topic_of(row.wallet)
        yield logs.token_moved(ledger, middle, (row.wallet, logs.NOBODY), row.token, row.size)
        redeemed = (logs.POSITION_REDEEMED_V2, wallet, "0x" + logs.word_of(int(row.token)), wallet)
        yield Log(address=_module(market), topics=redeemed, data=logs.data_of(row.size, row.cash))
    else:
        for ends in ((row.wallet, middle), (middle, logs.NOBODY)):
            yield logs.token_moved(ledger, middle, ends, row.token, row.size)
        topics = (logs.PAYOUT_REDEMPTION, logs.topic_of(middle), logs.topic_of(USDC_E), logs.ZERO)
        index_set = 1 << market.index(row.token)
        yield Log(address=ledger, topics=topics, data=logs.data_of(market.condition, 96, row.cash, 1, index_set))
    if row.cash:
        yield logs.pusd_moved(logs.NOBODY, row.wallet, row.cash)


def _converted(row: ActivityRow, market: Market, catalog: Catalog) -> Iterator[Log]:
    event, ledger, middle = catalog.event_of(market), ledger_of(market), _middle(market)
    given = {catalog.markets[one].tokens[1]: row.size for one in row.converted}
    others = [one for one in event.conditions if one not in row.converted]
    got = {catalog.markets[one].tokens[0]: row.size for one in others}
    yield logs.set_moved(ledger, middle, (row.wallet, logs.NOBODY), given)
    yield logs.set_moved(ledger, middle, (logs.NOBODY, row.wallet), got)
    bits = sum(1 << event.conditions.index(one) for one in row.converted)
    topics = (logs.POSITIONS_CONVERTED, logs.topic_of(middle), market.neg_risk_market_id, "0x" + logs.word_of(bits))
    yield Log(address=logs.contract("neg_risk_adapter"), topics=topics, data=logs.data_of(row.size))
    if row.cash:
        yield logs.pusd_moved(logs.NOBODY, row.wallet, row.cash)


# --- verdicts --------------------------------------------------------------------------------------------------------


def prepared_logs(market: Market) -> list[Log]:
    """A condition that is made known; the second version has no such log."""
    if market.version == "v2":
        return []
    topics = (logs.CONDITION_PREPARATION, market.condition, logs.topic_of(_oracle(market)), market.question_id)
    return [Log(address=logs.contract("ctf"), topics=topics, data=logs.data_of(2))]


def resolved_logs(market: Market) -> list[Log]:
    payouts = market.payouts or (0, 0)
    if market.version == "v2":
        resolved = (logs.CONDITION_RESOLVED_V2, market.condition)
        return [Log(address=_module(market), topics=resolved, data=logs.arrays_of(payouts))]
    topics = (logs.CONDITION_RESOLUTION, market.condition, logs.topic_of(_oracle(market)), market.question_id)
    numerators = numerators_of(market)
    found = [Log(address=logs.contract("ctf"), topics=topics, data=logs.data_of(2, 64, 2, *numerators))]
    if market.neg_risk:
        reported = (logs.OUTCOME_REPORTED, market.neg_risk_market_id, market.question_id)
        found.append(
            Log(address=logs.contract("neg_risk_adapter"), topics=reported, data=logs.data_of(int(payouts[0] == ONE)))
        )
    return found


def numerators_of(market: Market) -> tuple[int, int]:
    """Give the payout vector as the contract keeps it: ones and noughts, two ones for a draw."""
    if market.payouts is None:
        return 0, 0
    return int(market.payouts[0] > 0), int(market.payouts[1] > 0)


def _oracle(market: Market) -> str:
    return logs.contract("neg_risk_adapter" if market.neg_risk else "uma_ctf_adapter")


def _middle(market: Market) -> str:
    """Name the contract that acts for the wallet."""
    if market.version == "v2":
        return logs.contract("router")
    return logs.contract("neg_risk_ctf_collateral_adapter" if market.neg_risk else "ctf_collateral_adapter")


def _module(market: Market) -> str:
    return logs.contract("neg_risk_module" if market.neg_risk else "binary_module")
