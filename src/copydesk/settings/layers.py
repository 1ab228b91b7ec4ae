"""The layers the settings are read from, later ones winning, and the origin of each value.

Defaults, the command's own defaults, the preset, the user's file, the project's `copydesk.yaml`, `.env`, the
environment (`COPYDESK_GATES__PRICE_MAX=0.95`), flags (`--set gates.price_max=0.95`). Unknown keys are refused.
"""

from __future__ import annotations

import os
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml
from platformdirs import user_config_path
from pydantic import BaseModel, ValidationError
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from copydesk.domain.errors import BadInput, Unreadable
from copydesk.domain.venue_addresses import is_on_this_machine
from copydesk.settings.lower_layers import check_layers
from copydesk.settings.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Tree = dict[str, object]
PREFIX = "COPYDESK_"
NESTED = "__"
FILE = "copydesk.yaml"
VERSION_DIGITS = 16


class Layer(NamedTuple):
    """A named source of some of the values."""

    origin: str
    values: Tree


class Loaded(NamedTuple):
    """Checked settings, where each value came from (by dotted path), and the digest a decision records."""

    settings: Settings
    origins: dict[str, str]
    version: str


def load(flags: Mapping[str, str], command: Tree | None = None, directory: Path | None = None) -> Loaded:
    """Read every layer and check the result. `command` holds defaults of the command that asks.

    Raises `BadInput` naming the setting, what was found, what is allowed and the layer it came from, and `Unreadable`
    for a settings file that is no YAML.
    """
    user_file, project_file, dotenv = files_read(directory)
    given = [
        Layer("user file", _yaml(user_file)),
        Layer("project file", _yaml(project_file)),
        Layer(".env", _dotenv(dotenv)),
        Layer("environment", _environment()),
        Layer("flag", _from_flags(flags)),
    ]
    return _loaded(given, command or {})


def files_read(directory: Path | None = None) -> tuple[Path, Path, Path]:
    """The files that settings are read from, there or not: the user's, the project's, and `.env`."""
    here = directory or Path()
    return user_config_path("copydesk") / FILE, here / FILE, here / ".env"


def load_file(path: Path) -> Loaded:
    """The settings that one file alone gives. Raises as `load`."""
    return _loaded([Layer(path.name, _yaml(path))], {})


def load_preset(name: str) -> Settings:
    """The settings of a preset with nothing else said. Raises `BadInput` if there is none of that name."""
    return _loaded([Layer("preset", {"preset": name})], {}).settings


def _loaded(given: list[Layer], command: Tree) -> Loaded:
    preset = _preset_named(given)
    layers = [Layer("command", command), Layer(f"preset {preset}", presets()[preset] or {}), *given]
    tree: Tree = {}
    origins: dict[str, str] = {}
    for layer in layers:
        _merge(tree, layer.values, layer.origin, origins, "")
    tree["preset"] = preset
    settings = _checked(tree, origins)
    _refuse_haste(settings, origins)
    check_layers(settings)
    complete = {path: origins.get(path, "default") for path, _ in flat(settings)}
    return Loaded(settings, complete, _version(settings))


def presets() -> dict[str, Tree]:
    """The named sets of settings, by name."""
    text = files("copydesk.settings").joinpath("presets.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=_DecimalLoader))


def flat(settings: BaseModel, before: str = "") -> Iterator[tuple[str, object]]:
    """Every value with its dotted path, in the order of the schema."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


class _DecimalLoader(yaml.SafeLoader):
    """Reads YAML numbers with a point as Decimal: money never passes through a float."""


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


_DecimalLoader.add_constructor("tag:yaml.org,2002:float", _decimal)


def _yaml(path: Path) -> Tree:
    if not path.is_file():
        return {}
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=_DecimalLoader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise Unreadable(str(path), f"not a YAML file: {str(error).splitlines()[0]}") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise BadInput(str(path), found=type(values).__name__, allowed="a mapping of settings")
    return values


def _environment() -> Tree:
    names = [name for name in os.environ if name.startswith(PREFIX)]
    _refuse_unknown(names, "environment")
    return dict(EnvSettingsSource(Settings, env_prefix=PREFIX, env_nested_delimiter=NESTED)())


def _dotenv(path: Path) -> Tree:
    if not path.is_file():
        return {}
    source = DotEnvSettingsSource(Settings, env_file=path, env_prefix=PREFIX, env_nested_delimiter=NESTED)
    values = dict(source())
    _refuse_unknown([name.upper() for name in values if name not in Settings.model_fields], str(path))
    return values


def _refuse_unknown(names: list[str], where: str) -> None:
    """A misspelt variable must not be silently without effect."""
    for name in names:
        if name.removeprefix(PREFIX).split(NESTED)[0].lower() not in Settings.model_fields:
            raise BadInput(
                f"variable {name} in {where}",
                found="no such setting",
                allowed=", ".join(f"{PREFIX}{field.upper()}" for field in Settings.model_fields),
                remedy="correct or unset it",
            )


def _from_flags(flags: Mapping[str, str]) -> Tree:
    """`{"gates.price_max": "0.95"}` as a tree; the text is read as YAML, so lists and null can be given."""
    tree: Tree = {}
    for path, text in flags.items():
        *parents, name = path.split(".")
        branch = tree
        for parent in parents:
            branch = _branch(branch, parent, path)
        branch[name] = yaml.load(text, Loader=_DecimalLoader)
    return tree


def _branch(tree: Tree, name: str, path: str) -> Tree:
    """The group `name` of a tree, made if it is not there. Raises `BadInput` if a value stands in its place."""
    branch = tree.setdefault(name, {})
    if not isinstance(branch, dict):
        raise BadInput(f"setting {path}", found=f"{name} is also given a value", allowed="a value or parts, not both")
    return branch


def _preset_named(given: list[Layer]) -> str:
    name = "balanced"
    for layer in given:
        name = str(layer.values.get("preset", name))
    if name not in presets():
        raise BadInput("preset", found=repr(name), allowed=", ".join(presets()), remedy="choose one of these")
    return name


def _merge(into: Tree, values: Tree, origin: str, origins: dict[str, str], before: str) -> None:
    for name, value in values.items():
        path = f"{before}{name}"
        if isinstance(value, dict):
            _merge(_branch(into, name, path), value, origin, origins, f"{path}.")
        else:
            into[name] = value
            origins[path] = origin


def _checked(tree: Tree, origins: dict[str, str]) -> Settings:
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        is_unknown = first["type"] == "extra_forbidden"
        raise BadInput(
            f"setting {path} (from {origins.get(path, 'the settings given')})",
            found="no such setting" if is_unknown else repr(first["input"]),
            allowed="the settings that `copydesk config show` lists" if is_unknown else first["msg"],
            remedy="correct it and run `copydesk config validate`",
        ) from error


def _refuse_haste(settings: Settings, origins: dict[str, str]) -> None:
    """The venue's time cannot be hurried: a faster clock is for venues on this machine only."""
    faraway = [name for name, url in settings.venue if not is_on_this_machine(url)]
    if settings.pace.clock_speed > 1 and faraway:
        raise BadInput(
            f"setting pace.clock_speed (from {origins.get('pace.clock_speed', 'default')})",
            found=f"{settings.pace.clock_speed} with the venue's own {', '.join(faraway)}",
            allowed="1, or more where every address of `venue` is on this machine",
            remedy="leave it out, or point all of `venue` at a local market",
        )


def _version(settings: Settings) -> str:
    """The digest of what decides anything. 0.9 and 0.90 are the same.

    Where the program talks, where the venue is and how fast a trial runs decide nothing.
    """
    deciding = settings.model_dump(exclude={"log": True, "venue": True, "pace": {"clock_speed"}})
    return sha256(repr(_canonical(deciding)).encode()).hexdigest()[:VERSION_DIGITS]


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        return [(name, _canonical(value[name])) for name in sorted(value)]
    if isinstance(value, list | tuple):
        return [_canonical(each) for each in value]
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
