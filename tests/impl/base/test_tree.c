/* The ordered map stays sorted and balanced under every order of insertions and removals. */
#include "tests/impl/support.h"

#include "impl/base/tree.h"

enum { NODE_COUNT = 600 };

static struct wm_tree_node nodes[NODE_COUNT];
static bool present[NODE_COUNT];

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void ten_thousand_random_changes_keep_the_tree_sound(void **state)
{
    (void)state;
    uint32_t seed = 1;
    struct wm_tree tree = {NULL};
    for (int step = 0; step < 10000; step++) {
        uint32_t i = next_random(&seed) % NODE_COUNT;
        if (present[i]) {
            wm_tree_remove(&tree, &nodes[i]);
        } else {
            wm_tree_insert(&tree, &nodes[i], i / 2); /* pairs of equal keys */
        }
        present[i] = !present[i];
        if (step % 16 == 0) {
            assert_true(wm_tree_is_sound(&tree));
        }
    }
}

static void floor_and_ceiling_find_the_nearest_key(void **state)
{
    (void)state;
    static struct wm_tree_node few[100];
    struct wm_tree tree = {NULL};
    assert_null(wm_tree_floor(&tree, 5));
    assert_null(wm_tree_ceiling(&tree, 5));
    assert_null(wm_tree_first(&tree));
    assert_null(wm_tree_last(&tree));
    for (uintptr_t i = 0; i < 100; i++) {
        wm_tree_insert(&tree, &few[i], 10 * (i + 1));
    }
    assert_null(wm_tree_floor(&tree, 9));
    assert_null(wm_tree_ceiling(&tree, 1001));
    for (uintptr_t key = 10; key <= 1000; key++) {
        assert_int_equal(wm_tree_floor(&tree, key)->key, key / 10 * 10);
        assert_int_equal(wm_tree_ceiling(&tree, key)->key, (key + 9) / 10 * 10);
    }
    assert_int_equal(wm_tree_first(&tree)->key, 10);
    assert_int_equal(wm_tree_last(&tree)->key, 1000);
    unsigned count = 0;
    for (struct wm_tree_node *node = wm_tree_last(&tree); node != NULL;
         node = wm_tree_previous(node)) {
        count++;
    }
    assert_int_equal(count, 100);
}

static void equal_keys_come_in_the_order_of_insertion(void **state)
{
    (void)state;
    static struct wm_tree_node same[50];
    struct wm_tree tree = {NULL};
    for (int i = 0; i < 50; i++) {
        wm_tree_insert(&tree, &same[i], 7);
    }
    const struct wm_tree_node *node = wm_tree_ceiling(&tree, 7);
    for (int i = 0; i < 50; i++) {
        assert_ptr_equal(node, &same[i]);
        node = wm_tree_next(node);
    }
}

static void the_validator_sees_every_damage(void **state)
{
    (void)state;
    static struct wm_tree_node few[7];
    struct wm_tree tree = {NULL};
    for (uintptr_t i = 0; i < 7; i++) {
        wm_tree_insert(&tree, &few[i], i); /* 3 above 1 and 5 */
    }
    assert_ptr_equal(tree.root, &few[3]);
    assert_damage_seen(wm_tree_is_sound(&tree), few[1].parent, NULL);
    assert_damage_seen(wm_tree_is_sound(&tree), few[5].parent, &few[1]);
    assert_damage_seen(wm_tree_is_sound(&tree), few[0].height, 2);
    assert_damage_seen(wm_tree_is_sound(&tree), few[3].left, NULL);
    assert_damage_seen(wm_tree_is_sound(&tree), few[3].right, NULL);
    assert_damage_seen(wm_tree_is_sound(&tree), few[2].key, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_random_changes_keep_the_tree_sound),
        cmocka_unit_test(floor_and_ceiling_find_the_nearest_key),
        cmocka_unit_test(equal_keys_come_in_the_order_of_insertion),
        cmocka_unit_test(the_validator_sees_every_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
