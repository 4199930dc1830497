/** Tables: a column is declared once, and every writer (terminal, Markdown, HTML, CSV, JSON) uses it. */
package dev.poolmark.analysis.table;
