package dev.poolmark.analysis.model;

import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Profile.Tls;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The model: a call on an open connection takes RTT + S + d; a new connection adds RTT x (1 + h) + K. RTT is the round
 * trip, S the service time, h the round trips of the handshake. Times are in ms.
 *
 * @param callMillis d: what a call takes in addition to network and service
 * @param setUpMillis K: what a new connection takes in addition to the network, for each kind of TLS that was calibrated
 */
public record ConnectionCost(double callMillis, Map<Tls, Double> setUpMillis) {

  /**
   * One measured call.
   *
   * @param connects whether it sets up a connection
   */
  record Call(Profile profile, boolean connects, double millis) {

    /** The time that is neither the network's nor the service's. */
    private double rest() {
      return millis - delay(profile) - (connects ? setUpRoundTripsMillis(profile) : 0);
    }
  }

  /**
   * The d and the K with the smallest sum of relative deviations. A call that connects has a K of its own to fit it, so
   * d is that of the calls that do not, and all are medians, weighted by one over the measured time.
   *
   * @param calls of each kind at least one that connects, and at least one that does not
   */
  static ConnectionCost calibrate(List<Call> calls) {
    double d = median(calls.stream().filter(call -> !call.connects()).toList());
    Map<Tls, Double> setUp = new EnumMap<>(Tls.class);
    for (Tls tls : Tls.values()) {
      List<Call> ofKind = calls.stream()
          .filter(call -> call.connects() && call.profile().tls() == tls)
          .toList();
      if (!ofKind.isEmpty()) {
        setUp.put(tls, median(ofKind) - d);
      }
    }
    return new ConnectionCost(d, setUp);
  }

  /** Whether connections of this kind were calibrated. */
  public boolean knows(Tls tls) {
    return setUpMillis.containsKey(tls);
  }

  /** The time of a call on an open connection. */
  public double pooledMillis(Profile profile) {
    return delay(profile) + callMillis;
  }

  /** The time of a call that sets up its connection, of a kind that was calibrated. */
  public double connectingMillis(Profile profile) {
    return pooledMillis(profile) + setUpRoundTripsMillis(profile) + setUpMillis.get(profile.tls());
  }

  /** The share of a call's time that the open connection saves. */
  public double savingPercent(Profile profile) {
    return 100 * (1 - pooledMillis(profile) / connectingMillis(profile));
  }

  private static double delay(Profile profile) {
    return profile.roundTripMillis() + profile.serviceMillis();
  }

  /** What the round trips of setting a connection up take. */
  static double setUpRoundTripsMillis(Profile profile) {
    return profile.roundTripMillis() * (1 + profile.tls().roundTrips());
  }

  /** Where the weights on both sides are equal; between two calls if they are so there. */
  private static double median(List<Call> calls) {
    List<Call> sorted =
        calls.stream().sorted(Comparator.comparingDouble(Call::rest)).toList();
    double half = sorted.stream().mapToDouble(call -> 1 / call.millis()).sum() / 2;
    double below = 0;
    for (int i = 0; ; i++) {
      below += 1 / sorted.get(i).millis();
      if (below > half || i == sorted.size() - 1) {
        return sorted.get(i).rest();
      }
      if (below == half) {
        return (sorted.get(i).rest() + sorted.get(i + 1).rest()) / 2;
      }
    }
  }
}
