/** From what a person knows of a service and of the calls to it: the file of a study, and a profile to predict. */
package dev.poolmark.analysis.draft;
