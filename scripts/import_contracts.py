"""An import-linter contract by which a package names every third-party module it may import."""

from __future__ import annotations

import sys

import grimp
from importlinter import Contract, ContractCheck, fields, output


class ThirdPartyContract(Contract):
    """Refuses what is neither in the standard library, nor the project's own, nor named in `allowed`.

    Options:
        package: the package to check, descendants included.
        allowed: top-level names of the third-party modules it may import (none when left out).
    """

    type_name = "third_party"

    package = fields.ModuleField()
    allowed = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's
        """Find the imports that are not allowed."""
        package = self.package.name
        allowed = set(self.allowed or ()) | sys.stdlib_module_names | set(self.session_options["root_packages"])
        strangers = [
            (importer, imported)
            for importer in sorted({package, *graph.find_descendants(package)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if imported.partition(".")[0] not in allowed
        ]
        return ContractCheck(kept=not strangers, metadata={"strangers": strangers})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that is not allowed."""
        for importer, imported in check.metadata["strangers"]:
            output.print_error(f"{importer} is not allowed to import {imported}", bold=False)
            output.new_line()
