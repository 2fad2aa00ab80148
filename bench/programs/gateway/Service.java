import java.util.Arrays;
import py4j.GatewayServer;

/** The service of `service.ts`, for Py4J. */
public class Service {
  public static class Counter {
    private int count;

    public int increase(int by) {
      return count += by;
    }

    public Counter plus(int by) {
      Counter next = new Counter();
      next.count = count + by;
      return next;
    }
  }

  public int inc(int n) {
    return n + 1;
  }

  public Counter counter() {
    return new Counter();
  }

  public byte[] bytes(int size) {
    byte[] data = new byte[size];
    Arrays.fill(data, (byte) 7);
    return data;
  }

  public int size(byte[] data) {
    return data.length;
  }

  public static void main(String[] args) {
    GatewayServer server = new GatewayServer(new Service(), 0);
    server.start();
    System.out.println(server.getListeningPort());
  }
}
