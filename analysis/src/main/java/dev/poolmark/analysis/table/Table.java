package dev.poolmark.analysis.table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows and the columns that read them. Immutable. The writers that need no template are here: terminal, Markdown, CSV,
 * and objects for JSON.
 *
 * @param caption what it holds, for people
 */
public record Table<R>(String caption, List<Column<R>> columns, List<R> rows) {

  /** Checks that no two fields have one name; if so, throws an IllegalArgumentException. */
  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    Set<String> names = new HashSet<>();
    for (Column<R> column : columns) {
      for (Column.Field<R> field : column.fields()) {
        if (!names.add(field.name())) {
          throw new IllegalArgumentException("columns must have distinct names: " + field.name());
        }
      }
    }
  }

  /**
   * A table for people whose rows are words already.
   *
   * @param names how many columns name a row; the others hold numbers
   */
  public static Table<List<String>> ofWords(
      String caption, List<String> labels, int names, List<List<String>> rows) {
    List<Column<List<String>>> columns = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      int place = i;
      columns.add(new Column<>(labels.get(i), i >= names, row -> row.get(place), List.of()));
    }
    return new Table<>(caption, columns, rows);
  }

  /** The columns that people see. */
  public List<Column<R>> visible() {
    return columns.stream().filter(column -> !column.label().isEmpty()).toList();
  }

  /** Whether it holds words only. */
  public boolean isOfWords() {
    return visible().stream().noneMatch(Column::isNumeric);
  }

  /** Headings for people. */
  public List<String> head() {
    return visible().stream().map(Column::label).toList();
  }

  /** Cells for people, row by row. */
  public List<List<String>> body() {
    return rows.stream()
        .map(row -> visible().stream().map(column -> column.words().apply(row)).toList())
        .toList();
  }

  /** The table without the first {@code count} visible columns that say the same in every row; those go to the caption. */
  public Table<R> withoutConstants(int count) {
    if (rows.size() < 2) {
      return this;
    }
    List<Column<R>> constant = visible().stream()
        .limit(count)
        .filter(column -> rows.stream().map(column.words()).distinct().count() == 1)
        .toList();
    String said = constant.stream()
        .map(column -> column.label() + " " + column.words().apply(rows.get(0)))
        .collect(Collectors.joining(", "));
    return new Table<>(
        said.isEmpty() ? caption : caption + " (" + said + ")",
        columns.stream().filter(column -> !constant.contains(column)).toList(),
        rows);
  }

  /** For the terminal: columns as wide as their widest cell, numbers at the right; lines end with a newline. */
  public String text() {
    List<List<String>> lines = new ArrayList<>(List.of(head()));
    lines.addAll(body());
    List<Column<R>> visible = visible();
    int[] widths = IntStream.range(0, visible.size())
        .map(i -> lines.stream().mapToInt(line -> line.get(i).length()).max().orElse(1))
        .toArray();
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder cells = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String side = visible.get(i).isNumeric() ? "" : "-";
        cells.append(
            String.format(Locale.ROOT, "%" + side + Math.max(1, widths[i]) + "s  ", line.get(i)));
      }
      text.append(cells.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** As Markdown, without the caption; lines end with a newline. */
  public String markdown() {
    StringBuilder text = new StringBuilder(line(head()));
    visible().forEach(column -> text.append(column.isNumeric() ? "|---:" : "|---"));
    text.append("|\n");
    body().forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private static String line(List<String> cells) {
    return cells.stream().map(Text::markdown).collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** The objects of JSON, row by row. What is not known is null. */
  public List<Map<String, Object>> objects() {
    return rows.stream().map(this::object).toList();
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> object(R row) {
    Map<String, Object> object = new LinkedHashMap<>();
    fields(row).forEach((name, value) -> {
      int dot = name.indexOf('.');
      if (dot < 0) {
        object.put(name, value);
      } else {
        ((Map<String, Object>) object.computeIfAbsent(
                name.substring(0, dot), outer -> new LinkedHashMap<String, Object>()))
            .put(name.substring(dot + 1), value);
      }
    });
    return object;
  }

  private Map<String, Object> fields(R row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Column<R> column : columns) {
      for (Column.Field<R> field : column.fields()) {
        Object value = field.value().apply(row);
        fields.put(field.name(), value instanceof Optional<?> known ? known.orElse(null) : value);
      }
    }
    return fields;
  }

  /** After RFC 4180, with lines that end in a newline. What is not known is empty. */
  public String csv() {
    StringBuilder text = new StringBuilder(columns.stream()
        .flatMap(column -> column.fields().stream())
        .map(field -> Text.csv(field.name()))
        .collect(Collectors.joining(",", "", "\n")));
    rows.forEach(row -> text.append(
        fields(row).values().stream().map(Text::csv).collect(Collectors.joining(",", "", "\n"))));
    return text.toString();
  }
}
