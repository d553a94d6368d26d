# SPDX-License-Identifier: Apache-2.0
"""As much of an OpenAPI 3.1 description as the human page shows."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_METHODS = ("get", "post", "put", "patch", "delete", "head")


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class ApiParameter(_Part):
    """A value in the path, the query or a header."""

    name: str
    place: str = Field(alias="in")
    required: bool = False
    description: str = ""
    shape: dict[str, Any] = Field(default_factory=dict, alias="schema")

    @property
    def type(self) -> str:
        """Return the type as people read it."""
        return name_type(self.shape)


class ApiContent(_Part):
    """The form of a body."""

    shape: dict[str, Any] = Field(default_factory=dict, alias="schema")

    @property
    def type(self) -> str:
        """Return the type as people read it."""
        return name_type(self.shape)


class ApiBody(_Part):
    """What is sent or answered, by media type."""

    description: str = ""
    content: dict[str, ApiContent] = Field(default_factory=dict)


class ApiOperation(_Part):
    """One method at one address."""

    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[ApiParameter, ...] = ()
    body: ApiBody | None = Field(default=None, alias="requestBody")
    responses: dict[str, ApiBody] = Field(default_factory=dict)


class ApiSchema(_Part):
    """A named message with its fields."""

    required: tuple[str, ...] = ()
    properties: dict[str, dict[str, Any]] = Field(default_factory=dict)
    choices: tuple[str | int, ...] = Field(default=(), alias="enum")

    def list_fields(self) -> tuple[ApiParameter, ...]:
        """Return the fields in their order."""
        return tuple(
            ApiParameter.model_validate(
                {
                    "name": name,
                    "in": "body",
                    "required": name in self.required,
                    "description": shape.get("description", ""),
                    "schema": shape,
                }
            )
            for name, shape in self.properties.items()
        )


class _Components(_Part):
    schemas: dict[str, ApiSchema] = Field(default_factory=dict)


class ApiDescription(_Part):
    """The whole description."""

    paths: dict[str, dict[str, Any]] = Field(default_factory=dict)
    components: _Components = Field(default_factory=_Components)

    def list_operations(self) -> tuple[tuple[str, str, ApiOperation], ...]:
        """Return address, method and operation of each, in the order of the addresses."""
        return tuple(
            (path, method.upper(), ApiOperation.model_validate(self.paths[path][method]))
            for path in sorted(self.paths)
            for method in _METHODS
            if method in self.paths[path]
        )


def name_type(shape: dict[str, Any]) -> str:
    """Return a schema's type in a few words."""
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    for key in ("oneOf", "anyOf"):
        if key in shape:
            return " or ".join(dict.fromkeys(name_type(each) for each in shape[key]))
    if "enum" in shape:
        return ", ".join(map(str, shape["enum"]))
    kind = shape.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {name_type(shape.get('items', {}))}"
    return f"{kind} ({shape['format']})" if "format" in shape else str(kind)
