# SPDX-License-Identifier: Apache-2.0
"""Names of the domain in handler signatures: parsed from the path, described in the API."""

from litestar.openapi.spec import OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from atr.domain.errors import Invalid, NotFound
from atr.domain.names import Name


def is_name_class(annotation: object) -> bool:
    """Tell whether a parameter is annotated with one of the domain's names."""
    return isinstance(annotation, type) and issubclass(annotation, Name)


def parse_path_name(annotation: type[Name], text: str) -> Name:
    """Return the name, or raise NotFound: in a path, one that cannot exist is simply not there."""
    try:
        return annotation(text)
    except Invalid:
        raise NotFound(annotation.kind.replace("_", " "), text) from None


class NameSchemas(OpenAPISchemaPlugin):
    """Describes names as text with their pattern."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Tell whether the field is a name."""
        return is_name_class(field_definition.annotation)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: object) -> Schema:  # noqa: ARG002
        """Return the schema of the name."""
        name: type[Name] = field_definition.annotation
        return Schema(type=OpenAPIType.STRING, pattern=f"^(?:{name.pattern.pattern})$")
