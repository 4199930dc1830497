package dev.poolmark.fidelity;

import dev.poolmark.stub.control.StubMain;

/** The main class of {@code stub.jar}: runs a stub, or one of the commands that measure it. */
final class StubJar {
  private StubJar() {}

  public static void main(String[] arguments) {
    System.exit(StubMain.run(arguments, new FidelityCommand(), new SoakCommand()));
  }
}
