// SPDX-License-Identifier: Apache-2.0
#include "sim/memory/dram_schema.h"

namespace weft::sim {

namespace {

constexpr base::IntegerRange kCount{1, 1024};
constexpr base::IntegerRange kTicks{0, 1 << 20};
constexpr base::IntegerRange kDuration{1, 1 << 20};

base::Schema<DramOrganization> organization_schema() {
  return base::Schema<DramOrganization>("parts of a channel")
      .integer("pseudo_channels", &DramOrganization::pseudo_channels, kCount,
               "halves of a channel with their own data bus")
      .required()
      .integer("ranks", &DramOrganization::ranks, kCount, "ranks or stack IDs on one data bus")
      .required()
      .integer("bank_groups", &DramOrganization::bank_groups, kCount, "bank groups per rank")
      .required()
      .integer("banks_per_group", &DramOrganization::banks_per_group, kCount,
               "banks per bank group")
      .required()
      .quantity("row_bytes", &DramOrganization::row_bytes, base::Unit::Bytes, base::at_least(8),
                "size of a row")
      .required()
      .quantity("burst_bytes", &DramOrganization::burst_bytes, base::Unit::Bytes, base::at_least(1),
                "data of one column command")
      .required()
      .choice("command_bus", &DramOrganization::command_bus, {"shared", "row_and_column"},
              "one command bus, or one each for row and column commands")
      .choice("activation_scope", &DramOrganization::activation_scope, {"rank", "pseudo_channel"},
              "what shares nRRD, nFAW and a refresh");
}

base::Schema<DramTiming> timing_schema() {
  using T = DramTiming;
  return base::Schema<T>("timing parameters")
      .integer("tick_ps", &T::tick_ps, {1, 1'000'000}, "length of a tick")
      .required()
      .integer("bl", &T::bl, kDuration, "data-bus ticks of a burst")
      .required()
      .integer("cl", &T::cl, kTicks, "read to first data")
      .required()
      .integer("cwl", &T::cwl, kTicks, "write to first data")
      .required()
      .integer("rcd_rd", &T::rcd_rd, kTicks, "activate to read")
      .required()
      .integer("rcd_wr", &T::rcd_wr, kTicks, "activate to write")
      .required()
      .integer("rp", &T::rp, kTicks, "precharge to activate")
      .required()
      .integer("ras", &T::ras, kTicks, "activate to precharge")
      .required()
      .integer("rc", &T::rc, kDuration, "activate to activate, one bank")
      .required()
      .integer("rtp", &T::rtp, kTicks, "read to precharge")
      .required()
      .integer("wr", &T::wr, kTicks, "end of written data to precharge")
      .required()
      .integer("ccd_s", &T::ccd_s, kDuration, "column to column, other bank group")
      .required()
      .integer("ccd_l", &T::ccd_l, kDuration, "column to column, same bank group")
      .required()
      .integer("ccd_l_wr", &T::ccd_l_wr, kDuration, "write to write, same bank group")
      .required()
      .integer("ccd_r", &T::ccd_r, kDuration, "column to column, other rank")
      .required()
      .integer("rrd_s", &T::rrd_s, kTicks, "activate to activate, other bank group")
      .required()
      .integer("rrd_l", &T::rrd_l, kTicks, "activate to activate, same bank group")
      .required()
      .integer("faw", &T::faw, kTicks, "window of at most four activates, 0 for none")
      .required()
      .integer("wtr_s", &T::wtr_s, kTicks, "end of written data to read, other bank group")
      .required()
      .integer("wtr_l", &T::wtr_l, kTicks, "end of written data to read, same bank group")
      .required()
      .integer("rtw", &T::rtw, kTicks, "read to write")
      .required()
      .integer("rfc", &T::rfc, kTicks, "refresh to activate")
      .required()
      .integer("refi", &T::refi, kDuration, "refresh interval")
      .required()
      .integer("ppd", &T::ppd, kTicks, "precharge to precharge; for reference, no model reads it")
      .integer("act_cycles", &T::act_cycles, {1, 8}, "command-bus ticks of an activate")
      .integer("column_cycles", &T::column_cycles, {1, 8}, "command-bus ticks of a read or write")
      .integer("command_grid", &T::command_grid, {1, 8},
               "activates and column commands start at multiples of this");
}

base::Schema<DramController> controller_schema() {
  using C = DramController;
  return base::Schema<C>("memory controller")
      .integer("read_queue", &C::read_queue, {4, 4096}, "reads that wait for a command")
      .integer("write_queue", &C::write_queue, {4, 4096}, "writes that wait for a command")
      .real("write_low_watermark", &C::write_low_watermark, base::within(0, 1),
            "part of the write queue at which a drain ends")
      .real("write_high_watermark", &C::write_high_watermark, base::within(0, 1),
            "part of the write queue at which a drain begins")
      .choice("page_policy", &C::page_policy, {"open", "closed"},
              "whether a row stays open after its last access")
      .choice("refresh", &C::refresh, {"none", "all_bank"}, "refresh of whole ranks, or none")
      .choice("mapping", &C::mapping, {"mop4clxor", "robaracoch"},
              "how an address chooses bank, row and column")
      .quantity("front_ns", &C::front_ns, base::Unit::Nanoseconds, base::at_least(0),
                "from the port to the queues")
      .quantity("back_ns", &C::back_ns, base::Unit::Nanoseconds, base::at_least(0),
                "from the last data to the port")
      .quantity("atomic_ns", &C::atomic_ns, base::Unit::Nanoseconds, base::at_least(0),
                "one operation of the atomic unit");
}

}  // namespace

const base::Schema<DramConfig>& dram_schema() {
  static const auto schema =
      base::Schema<DramConfig>("dram")
          .integer("dram", &DramConfig::dram, {1, 1}, "version of the form of DRAM documents")
          .required()
          .text("name", &DramConfig::name, "what the memory is called")
          .required()
          .integer("channels", &DramConfig::channels, {1, 4096}, "channels, dealt burst by burst")
          .section("organization", &DramConfig::organization, organization_schema())
          .required()
          .section("timing", &DramConfig::timing, timing_schema())
          .required()
          .section("controller", &DramConfig::controller, controller_schema());
  return schema;
}

}  // namespace weft::sim
