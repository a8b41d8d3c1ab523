"""The commands `recette data` and `recette cite`."""

import typer

from recette import cli

app = typer.Typer(
    help="Measurements, limits and anomalies: list them, show one, compare two vintages.",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _data(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        cli._print(context.get_help() + "\n")


@app.command("list")
def list_records(
    vintage: str = typer.Option(
        "", metavar="VINTAGE", help="Only the records of this vintage (a name, or a file)."
    ),
) -> None:
    """Every record, or those of one vintage with what decides."""
    from recette.cli import records

    cli._print(records.listing(vintage, **cli._terminal()))


@app.command("show")
def show(
    name: str = typer.Argument(metavar="NAME", help="A record as in 'recette data list', a file."),
) -> None:
    """Everything about one record: its number, where it stands, which vintages use it."""
    from recette.cli import records

    cli._print(records.one(name, **cli._terminal()))


@app.command("diff")
def diff(
    old: str = typer.Argument(metavar="OLD", help="A vintage, such as 2020."),
    new: str = typer.Argument(metavar="NEW", help="Another, such as latest."),
) -> None:
    """What changed between two vintages: numbers, sources, and what decides."""
    from recette.cli import records

    cli._print(records.difference(old, new, **cli._terminal()))


def cite(
    point: str = typer.Argument(
        metavar="POINT", help="A preset (talk, exact), a TOML file, or - for standard input."
    ),
    vintage: str = typer.Option("latest", help="Data to compare with: a name, or a file."),
) -> None:
    """What to cite for the verdict on a point: BibTeX, and a line for each other source."""
    from recette.pointfile import read_point

    read = read_point(point)
    from recette import api
    from recette.cli import citations

    result = api.check(read, vintage=vintage)
    used = {row.record for row in result.verdict.rows if row.status != "not_applicable"}
    cli._print(citations.text(vintage, used, result.prediction.values))
