"""The addresses of the venue's contracts on Polygon, which enter every order hash, by short name."""

CHAIN_ID = 137

CONTRACTS: dict[str, str] = {
    "exchange": "0xE111180000d2663C0091e4f400237545B87B996B",
    "neg_risk_exchange": "0xe2222d279d744050d28e00520010520000310F59",
    "exchange_v3": "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa",
    "ctf": "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045",
    "position_manager": "0x006F54F7f9A22e0000CC2AB60031000000ae9fEF",
    "router": "0x12121212006e4CD160D18e3f00711DA5c3372600",
    "binary_module": "0x1000008dD9001B968442c1000017eaE6E0dA00Ba",
    "neg_risk_module": "0x200000900045e3B6259600682756002200028933",
    "pusd": "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB",
    "ctf_collateral_adapter": "0xAdA100Db00Ca00073811820692005400218FcE1f",
    "neg_risk_ctf_collateral_adapter": "0xadA2005600Dec949baf300f4C6120000bDB6eAab",
    "neg_risk_adapter": "0xd91E80cF2E7be2e162c6513ceD06f1dD0dA35296",
    "auto_redeemer": "0xa1200000d0002264C9a1698e001292D00E1b00af",
    "onramp": "0x93070a847efEf7F70739046A929D47a521F5B8ee",
    "offramp": "0x2957922Eb93258b93368531d39fAcCA3B4dC5854",
    "deposit_wallet_factory": "0x00000000000Fb5C9ADea0298D729A0CB3823Cc07",
    "deposit_wallet_implementation": "0x58CA52ebe0DadfdF531Cde7062e76746de4Db1eB",
    "deposit_wallet_beacon": "0x7A18EDfe055488A3128f01F563e5B479D92ffc3a",
    "safe_factory": "0xaacFeEa03eb1561C4e67d661e40682Bd20E3541b",
    "proxy_factory": "0xaB45c5A4B0c941a2F231C04C3f49182e1A254052",
    "proxy_implementation": "0x44e999d5c2F66Ef0861317f9A4805AC2e90aEB4f",
    "relay_hub": "0xD216153c06E857cD7f72665E0aF1d7D82172F494",
    "safe_multisend": "0xA238CBeb142c10Ef7Ad8442C6D1f9E89e07e7761",
    "combinatorial_module": "0x30000034706C7d8e12009DAB006Be20000c031A8",
    "uma_ctf_adapter": "0x157Ce2d672854c848c9b79C49a8Cc6cc89176a49",
}

SAFE_INIT_CODE_HASH = "".join(("2bce2127ff07fb632d16c8347c4ebf50", "1f4841168bed00d9e6ef715ddb6fcecf"))

SPENDERS: dict[str, str] = {"standard": "exchange", "neg_risk": "neg_risk_exchange", "v3": "exchange_v3"}
