using WorkersSockets.Analyzers.Flow;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Flow;

/// <summary>States share what they have in common, and no change of one shows in another.</summary>
public class FlowStateTests
{
    private static readonly int[] Storages = [0, 1, 31, 32, 63, 64, 500];

    [Fact]
    public void A_clone_keeps_its_values_when_the_original_changes()
    {
        var state = Filled();
        var clone = state.Clone();
        state.SetValue(1, TrackedValue.Of(9));
        state.SetObject(0, ObjectStates.Closed);

        Assert.Equal(TrackedValue.Of(1), clone.Value(1));
        Assert.Equal(ObjectStates.Open, clone.Object(0));
        Assert.Equal(TrackedValue.Of(9), state.Value(1));
    }

    [Fact]
    public void The_original_keeps_its_values_when_a_clone_changes()
    {
        var state = Filled();
        var clone = state.Clone();
        clone.SetValue(500, TrackedValue.NullValue);
        clone.SetValue(900, TrackedValue.NullValue);
        clone.SetObject(0, ObjectStates.Closed);

        Assert.Equal(TrackedValue.Of(6), state.Value(500));
        Assert.Equal(default, state.Value(900));
        Assert.Equal(ObjectStates.Open, state.Object(0));
    }

    [Fact]
    public void A_join_may_be_either_and_says_once_that_it_changed()
    {
        var state = Filled();
        var other = state.Clone();
        other.SetValue(32, TrackedValue.NullValue);
        other.SetObject(0, ObjectStates.Closed);

        Assert.True(state.Join(other, []));
        Assert.Equal(TrackedValue.Of(3).Join(TrackedValue.NullValue), state.Value(32));
        Assert.Equal(ObjectStates.Open | ObjectStates.Closed, state.Object(0));
        Assert.False(state.Join(other, []));
        Assert.False(state.Join(Filled(), []));
    }

    [Fact]
    public void A_joined_state_sees_what_the_other_becomes_later_only_by_another_join()
    {
        var state = new FlowState();
        var other = Filled();
        Assert.True(state.Join(other, []));
        other.SetValue(0, TrackedValue.Of(7));

        Assert.Equal(TrackedValue.Of(0).With(ValueFlags.Nullness), state.Value(0));
        Assert.True(state.Join(other, []));
        Assert.Equal(TrackedValue.Of(0).Join(TrackedValue.Of(7)).With(ValueFlags.Nullness), state.Value(0));
        Assert.Equal(TrackedValue.Of(7), other.Value(0));
    }

    [Fact]
    public void A_value_that_is_set_after_a_join_takes_part_in_the_next_one()
    {
        var state = new FlowState();
        var other = Filled();
        state.Join(other, []);
        state.SetValue(0, TrackedValue.Nothing);

        Assert.True(state.Join(other, []));
        Assert.Equal(TrackedValue.Of(0).With(ValueFlags.Nullness), state.Value(0));
    }

    [Fact]
    public void Where_one_path_tells_nothing_of_a_value_the_test_on_the_other_proves_nothing()
    {
        var state = new FlowState();
        state.SetValue(0, TrackedValue.NullValue);
        state.SetValue(1, TrackedValue.TrueValue);
        state.Join(new FlowState(), []);

        Assert.Equal(ValueFlags.Nullness, state.Value(0).Flags);
        Assert.Equal(ValueFlags.Truth, state.Value(1).Flags);
    }

    [Fact]
    public void A_flag_that_is_true_only_where_a_socket_is_open_tells_of_it()
    {
        var state = new FlowState();
        state.SetValue(0, TrackedValue.FalseValue);
        var opened = state.Clone();
        opened.Renew(0, ObjectStates.Open);
        opened.SetValue(0, TrackedValue.TrueValue);
        state.Join(opened, [0]);

        var open = state.Clone();
        open.Narrow(0, TrackedValue.TrueValue);
        Assert.Equal(ObjectStates.Open, open.Object(0));

        var absent = state.Clone();
        absent.Narrow(0, TrackedValue.FalseValue);
        Assert.Equal(ObjectStates.None, absent.Object(0));

        // What is assigned on all paths tells nothing of one.
        state.SetValue(0, TrackedValue.FalseValue);
        state.Narrow(0, TrackedValue.FalseValue);
        Assert.Equal(ObjectStates.Open, state.Object(0));
    }

    [Fact]
    public void Holders_are_the_storages_that_may_refer_to_the_object()
    {
        var state = Filled();
        state.SetValue(63, TrackedValue.Of(2).Join(TrackedValue.Of(4)));

        Assert.Equal([31, 63], state.HoldersOf(ObjectSet.Of(2)).Select(holder => holder.Storage));
        Assert.Empty(state.HoldersOf(ObjectSet.Of(200)));
    }

    /// <summary>Storage number <c>n</c> of <see cref="Storages"/> holds object <c>n</c>.</summary>
    private static FlowState Filled()
    {
        var state = new FlowState();
        for (var number = 0; number < Storages.Length; number++)
        {
            state.SetValue(Storages[number], TrackedValue.Of(number));
        }

        state.SetObject(0, ObjectStates.Open);
        return state;
    }
}
